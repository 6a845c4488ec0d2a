/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.Collection;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.mailetcontainer.api.MailetLoader;
import org.apache.james.mailetcontainer.api.MatcherLoader;
import org.apache.mailet.Mail;
import org.apache.mailet.Mailet;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.MatcherConfig;
import org.apache.mailet.base.GenericMailet;
import org.apache.mailet.base.GenericMatcher;

/**
 * Notes what cannot be loaded and puts an inert part in its place, so that the rest of the
 * processor is loaded too and all problems are known. A container with a note never serves mail.
 */
final class CollectingLoader implements MailetLoader {
  private final ConfiguredProcessor chain;
  private final Findings findings;
  private final MailetLoader mailets;
  private final MatcherLoader matchers;
  private int number;

  CollectingLoader(
      ConfiguredProcessor chain, Findings findings, MailetLoader mailets, MatcherLoader matchers) {
    this.chain = chain;
    this.findings = findings;
    this.mailets = mailets;
    this.matchers = matchers;
  }

  @Override
  public Mailet getMailet(MailetConfig config) throws MessagingException {
    number++;
    try {
      return mailets.getMailet(config);
    } catch (MessagingException | RuntimeException | LinkageError e) {
      findings.error(chain.mailets().get(number - 1).place(), text(config.getMailetName(), e));
      Mailet inert = new InertMailet();
      inert.init(config);
      return inert;
    }
  }

  /** The place names the mailet already. */
  private static String text(String name, Throwable failure) {
    String text = Failure.text(failure);
    String own = RelayMailetLoader.failure(name) + ": mailet " + name + ": ";
    return text.startsWith(own) ? text.substring(own.length()) : text;
  }

  MatcherLoader matchers() {
    return config -> {
      try {
        return matchers.getMatcher(config);
      } catch (MessagingException | RuntimeException | LinkageError e) {
        findings.error(placeOf(config), Failure.text(e));
        GenericMatcher inert = new InertMatcher();
        inert.init(config);
        return inert;
      }
    };
  }

  /** A mailet's matcher is loaded just before it; named ones come first, and belong to none. */
  private Object placeOf(MatcherConfig config) {
    Place place =
        number < chain.mailets().size()
                && chain.mailets().get(number).matchers().contains(config.getMatcherName())
            ? chain.mailets().get(number).place()
            : chain.place();
    return place + ", matcher " + config.getMatcherName();
  }

  static class InertMailet extends GenericMailet {
    @Override
    public void service(Mail mail) throws MessagingException {
      throw new MessagingException("The mailet could not be loaded");
    }
  }

  static final class InertMatcher extends GenericMatcher {
    @Override
    public Collection<MailAddress> match(Mail mail) throws MessagingException {
      throw new MessagingException("The matcher could not be loaded");
    }
  }
}
