/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whom a header says a mail to be from.
 *
 * @param ambiguity why no two readers need agree about it; empty when they must
 * @param from the mailboxes of the only From field; at least one unless ambiguous
 * @param others the mailboxes of Sender and Reply-To, by name in lower case; none where the field
 *     is missing
 */
public record Originators(
    Optional<String> ambiguity, List<Mailbox> from, Map<String, List<Mailbox>> others) {
  /** One that nobody can rely on. */
  public static Originators ambiguous(String why) {
    return ambiguous(why, "");
  }

  /**
   * One that nobody can rely on.
   *
   * @param written by the client, of any length and kind; empty for nothing to quote
   */
  public static Originators ambiguous(String why, String written) {
    String quoted = written.isEmpty() ? "" : ": " + Replies.beginning(written);
    return new Originators(Optional.of(why + quoted), List.of(), Map.of());
  }

  /** Who sent it, where the header says so. */
  List<Mailbox> sender() {
    return others.getOrDefault("sender", List.of());
  }
}
