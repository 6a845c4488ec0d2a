/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which mails an operator means.
 *
 * @param value an id, a domain, an address, a login or a host; compared without case but for MAIL
 */
public record Selection(Scope scope, String value) {
  /** By what they are chosen. */
  public enum Scope {
    ALL,
    /** The id that the log has, or that of the entry. */
    MAIL,
    /** The domain of the recipients. */
    DOMAIN,
    /** The best hosts of the next hop: a name, or {@code *.example.net} for all names below one. */
    SITE,
    /** The reverse-path; empty for the null one. */
    SENDER,
    /** Who handed it in. */
    LOGIN
  }

  /**
   * A mail as selections see it.
   *
   * @param id of the entry
   * @param queueId under which it was accepted
   * @param domains of the recipients
   * @param sender the reverse-path
   * @param login who handed it in; null without one
   * @param hosts names of the best hosts of its next hop; empty where they are not known
   */
  public record Subject(
      String id,
      String queueId,
      Set<String> domains,
      String sender,
      @Nullable String login,
      List<String> hosts) {}

  public static Selection all() {
    return new Selection(Scope.ALL, "");
  }

  /** Whether a mail is meant. */
  public boolean matches(Subject mail) {
    return switch (scope) {
      case ALL -> true;
      case MAIL -> value.equals(mail.id()) || value.equals(mail.queueId());
      case DOMAIN -> mail.domains().stream().anyMatch(this::means);
      case SITE -> isSite(mail.hosts());
      case SENDER -> value.equalsIgnoreCase(mail.sender());
      case LOGIN -> value.equalsIgnoreCase(mail.login());
    };
  }

  /** Whether recipients in a domain are meant, of a mail that is: it may have others. */
  public boolean means(String domain) {
    return scope != Scope.DOMAIN || value.equalsIgnoreCase(domain);
  }

  /** Whether hosts are meant: all of them, as with a destination of relay.xml. */
  public boolean isSite(List<String> hosts) {
    return scope == Scope.SITE && !hosts.isEmpty() && hosts.stream().allMatch(this::isHost);
  }

  private boolean isHost(String host) {
    return value.startsWith("*.")
        ? host.toLowerCase(Locale.ROOT).endsWith(value.substring(1).toLowerCase(Locale.ROOT))
        : value.equalsIgnoreCase(host);
  }

  /** {@code domain example.net}. */
  @Override
  public String toString() {
    return (scope.name().toLowerCase(Locale.ROOT) + " " + value).strip();
  }
}
