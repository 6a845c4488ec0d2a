/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import org.apache.james.mailetcontainer.api.MailetLoader;
import org.apache.james.mailetcontainer.api.MatcherLoader;
import org.apache.mailet.Mailet;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.Matcher;
import org.apache.mailet.MatcherConfig;
import org.apache.mailet.ProcessingState;
import org.jspecify.annotations.Nullable;

/**
 * Loaders for chains that will not run, because something is wrong already: they load only mailets
 * that need nothing but files, and say of the others where they would send mail.
 */
final class LightLoaders {
  private LightLoaders() {}

  static MailetLoader mailets(MailetLoader all) {
    return config -> isLight(all, config.getMailetName()) ? all.getMailet(config) : inert(config);
  }

  static MatcherLoader matchers() {
    return LightLoaders::inert;
  }

  private static boolean isLight(MailetLoader all, @Nullable String name)
      throws MessagingException {
    if (name == null
        || !(all instanceof RelayMailetLoader relay)
        || relay.problem(name).isPresent()) {
      return false;
    }
    String type = relay.className(name);
    return type.startsWith("org.posthouse.mailets.") || type.endsWith(".ToProcessor");
  }

  private static Mailet inert(MailetConfig config) throws MessagingException {
    Mailet inert = new UnloadedMailet();
    inert.init(config);
    return inert;
  }

  private static Matcher inert(MatcherConfig config) throws MessagingException {
    Matcher inert = new CollectingLoader.InertMatcher();
    inert.init(config);
    return inert;
  }

  private static final class UnloadedMailet extends CollectingLoader.InertMailet {
    @Override
    public Collection<ProcessingState> requiredProcessingState() {
      return Stream.of(
              "bounceProcessor",
              "doubleBounceProcessor",
              "eightBitProcessor",
              "onSuccess",
              "errorProcessor",
              "failProcessor")
          .map(name -> Optional.ofNullable(getInitParameter(name)))
          .flatMap(Optional::stream)
          .map(ProcessingState::new)
          .toList();
    }
  }
}
