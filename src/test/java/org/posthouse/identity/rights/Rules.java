/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import com.google.common.collect.ImmutableListMultimap;
import com.google.common.net.InetAddresses;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Set;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Settings;
import org.posthouse.identity.Identity;

/** Rights from XML, and clients for them. */
public final class Rules {
  public static final String DEFAULT_DOMAIN = "home.example";

  private Rules() {}

  /** What stands between {@code <senders>} and its end. */
  public static Settings settings(String inner) {
    try {
      XMLConfiguration values = new XMLConfiguration();
      new FileHandler(values).load(new StringReader("<senders>" + inner + "</senders>"));
      return new Settings(Path.of("no-such-directory/senders.xml"), values);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  public static SenderRights of(String inner) {
    Settings settings = settings(inner);
    SenderRights rights = SenderRights.read(settings, Known.NOTHING, DEFAULT_DOMAIN);
    settings.check();
    return rights;
  }

  /** The rights of alice, who is one identity of a rule with these elements. */
  public static Grant alice(String elements) {
    return of("<rule name='r' identities='alice'>" + elements + "</rule>")
        .grant(new Client(who("alice", "alice@example.com"), InetAddresses.forString("192.0.2.7")));
  }

  public static Client client(@Nullable Identity who, String address) {
    return new Client(who, InetAddresses.forString(address), true);
  }

  public static Identity who(String name, String... addresses) {
    return new Identity(name, "test", Set.of(), Set.of(addresses), ImmutableListMultimap.of());
  }
}
