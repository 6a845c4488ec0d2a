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
import org.posthouse.james.CheckAlignment;
import org.posthouse.mailets.AlignmentForecast;

/**
 * Loaders for chains that will not run, because something is wrong already: they load only mailets
 * that need nothing but files, and say of the others where they would send mail.
 */
final class LightLoaders {
  private LightLoaders() {}

  static MailetLoader mailets(MailetLoader all) {
    return config -> {
      String type = type(all, config.getMailetName());
      if (type.equals(CheckAlignment.class.getName())) {
        AlignmentForecast.checkParameters(config);
      }
      return type.startsWith("org.posthouse.mailets.") || type.endsWith(".ToProcessor")
          ? all.getMailet(config)
          : inert(config);
    };
  }

  /** Of ours, since others may ask for what is not there. */
  static MatcherLoader matchers(MatcherLoader all) {
    return config -> isOurs(all, config.getMatcherName()) ? all.getMatcher(config) : inert(config);
  }

  private static boolean isOurs(MatcherLoader all, String name) throws MessagingException {
    return all instanceof RelayMatcherLoader relay
        && relay.problem(name).isEmpty()
        && relay.className(name).startsWith("org.posthouse.matchers.");
  }

  /** The full name of the class; empty where a name is wrong, which was told already. */
  private static String type(MailetLoader all, @Nullable String name) throws MessagingException {
    return name != null && all instanceof RelayMailetLoader relay && relay.problem(name).isEmpty()
        ? relay.className(name)
        : "";
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
