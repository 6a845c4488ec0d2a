/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import org.apache.james.mailetcontainer.api.MailetLoader;
import org.apache.james.mailetcontainer.api.MatcherLoader;
import org.apache.james.transport.mailets.ToProcessor;
import org.apache.mailet.Mailet;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.Matcher;
import org.apache.mailet.MatcherConfig;
import org.apache.mailet.ProcessingState;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.CheckAlignment;
import org.posthouse.james.DSNBounce;
import org.posthouse.mailets.AlignmentForecast;

/**
 * Loaders for chains that will not run, because something is wrong already: they load only mailets
 * that read their parameters without the server, and say of the others where they would send mail.
 */
final class LightLoaders {
  private static final Set<String> ALSO =
      Set.of(DSNBounce.class.getName(), ToProcessor.class.getName());

  private LightLoaders() {}

  static MailetLoader mailets(MailetLoader all) {
    return config -> {
      String type = type(all, config.getMailetName());
      if (type.equals(CheckAlignment.class.getName())) {
        AlignmentForecast.checkParameters(config);
      }
      return type.startsWith("org.posthouse.mailets.") || ALSO.contains(type)
          ? tried(all, config)
          : inert(config);
    };
  }

  private static Mailet tried(MailetLoader all, MailetConfig config) throws MessagingException {
    try {
      return all.getMailet(config);
    } catch (MessagingException e) {
      if (StandIn.isReasonOf(e)) {
        return inert(config);
      }
      throw e;
    }
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
