/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.posthouse.dns.Dns;

/**
 * The walk up the DNS from a domain to its top (RFC 9989 section 4.10): at most eight questions,
 * for a domain of more labels goes from itself to its last seven.
 *
 * @param found the records on the way, from the longest name to the shortest
 * @param failed whether a question failed, after which nothing more was asked
 */
record TreeWalk(String start, List<Found> found, boolean failed) {
  private static final int MOST_LABELS_ABOVE = 7;

  /** A record and where it is. */
  record Found(String domain, DmarcRecord record) {}

  TreeWalk {
    found = List.copyOf(found);
  }

  static TreeWalk from(Dns dns, String start) {
    return from(dns, start, RecordLookup.of(dns, start));
  }

  /**
   * Walks on from what is known of the first domain.
   *
   * @param start in ASCII and lower case, without the last dot
   */
  static TreeWalk from(Dns dns, String start, RecordLookup first) {
    List<Found> found = new ArrayList<>();
    RecordLookup lookup = first;
    for (String domain = start; !lookup.failed(); lookup = RecordLookup.of(dns, domain)) {
      String here = domain;
      lookup.record().ifPresent(record -> found.add(new Found(here, record)));
      domain = above(domain);
      if (lookup.tellsPublicSuffix() || domain.isEmpty()) {
        return new TreeWalk(start, found, false);
      }
    }
    return new TreeWalk(start, found, true);
  }

  /** The record of the domain itself. */
  Optional<Found> own() {
    return found.stream().filter(each -> each.domain.equals(start)).findFirst();
  }

  /** Where the organization begins (RFC 9989 section 4.10.2). */
  String organizationalDomain() {
    if (found.isEmpty()) {
      return start;
    }
    Found top = found.get(found.size() - 1); // only there a psd= can be
    boolean isAbove = !top.domain.equals(start);
    return top.record.psd() == PublicSuffix.YES && isAbove ? oneBelow(top.domain) : top.domain;
  }

  /** The record that applies: the domain's, its organization's or its public suffix's. */
  Optional<Found> policy() {
    String organization = organizationalDomain();
    return own()
        .or(() -> found.stream().filter(each -> each.domain.equals(organization)).findFirst())
        .or(() -> found.isEmpty() ? Optional.empty() : Optional.of(found.get(found.size() - 1)));
  }

  /** The next name to ask for; empty at the top. */
  private static String above(String domain) {
    String shorter = parent(domain);
    while (labels(shorter) > MOST_LABELS_ABOVE) {
      shorter = parent(shorter);
    }
    return shorter;
  }

  private static String parent(String domain) {
    int dot = domain.indexOf('.');
    return dot < 0 ? "" : domain.substring(dot + 1);
  }

  private static int labels(String domain) {
    return (int) domain.chars().filter(c -> c == '.').count() + 1;
  }

  /** The name one label below one that it is in. */
  private String oneBelow(String above) {
    String prefix = start.substring(0, start.length() - above.length() - 1);
    return start.substring(prefix.lastIndexOf('.') + 1);
  }
}
