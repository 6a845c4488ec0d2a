/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.EnhancedStatusCode;

/**
 * The hosts of a domain in the order in which they are to be tried, or why there are none: exactly
 * one of the two is there.
 *
 * @param none null when there are hosts
 */
public record MailHosts(List<MailHost> hosts, @Nullable None none) {
  /**
   * Why a domain has no host.
   *
   * @param status of class 5 when that will not change by itself, else of class 4
   * @param text for a person
   */
  public record None(EnhancedStatusCode status, String text) {
    /** Whether it is of no use to ask again. */
    public boolean isPermanent() {
      return status.status() == 5;
    }
  }

  public MailHosts {
    hosts = List.copyOf(hosts);
    if (hosts.isEmpty() == (none == null)) {
      throw new IllegalArgumentException("hosts, or a reason");
    }
  }

  static MailHosts of(List<MailHost> hosts) {
    return new MailHosts(hosts, null);
  }

  static MailHosts none(int status, int subject, int detail, String text) {
    return new MailHosts(
        List.of(), new None(new EnhancedStatusCode(status, subject, detail), text));
  }
}
