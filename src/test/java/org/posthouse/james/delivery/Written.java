/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.io.StringReader;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.james.core.Domain;
import org.apache.james.domainlist.api.DomainList;
import org.apache.mailet.base.test.FakeMailContext;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.posthouse.config.Settings;
import org.posthouse.delivery.SiteSettings;
import org.posthouse.delivery.config.DeliveryConfiguration;
import org.posthouse.delivery.config.RouteQuery;
import org.posthouse.james.queue.Passage;

/** Parameters of a RemoteDelivery, and what they come to over a relay.xml. */
final class Written {
  private Written() {}

  static WrittenParameters parameters(Map<String, String> values) {
    FakeMailetConfig.Builder config = FakeMailetConfig.builder().mailetName("RemoteDelivery");
    values.forEach(config::setProperty);
    return new WrittenParameters(config.build(), domains());
  }

  private static DomainList domains() {
    return (DomainList)
        Proxy.newProxyInstance(
            DomainList.class.getClassLoader(),
            new Class<?>[] {DomainList.class},
            (self, method, arguments) -> Domain.of("default.test"));
  }

  static ConfiguredTerms terms(String relay, Map<String, String> values) throws Exception {
    XMLConfiguration xml = new XMLConfiguration();
    new FileHandler(xml).load(new StringReader("<relay>" + relay + "</relay>"));
    Settings settings = new Settings(Path.of("relay.xml"), xml);
    DeliveryConfiguration read =
        DeliveryConfiguration.read(settings, Path.of("."), "", address -> true);
    settings.check();
    WrittenParameters written = parameters(values);
    FakeMailContext context = FakeMailContext.defaultContext();
    Reports reports = new Reports("relay.test", context, Clock.systemUTC());
    return new ConfiguredTerms(
        written,
        read,
        new Notices(written, context, Optional.empty(), Optional.empty(), false, reports));
  }

  static Passage.Way way(ConfiguredTerms terms) {
    RouteQuery query = new RouteQuery("next.test", "a.test", null, name -> Optional.empty());
    return terms.passage(query).way();
  }

  /** What a host of a domain gets. */
  static SiteSettings settings(String relay, Map<String, String> values) throws Exception {
    return way(terms(relay, values)).settings().apply(List.of("mx.next.test"));
  }
}
