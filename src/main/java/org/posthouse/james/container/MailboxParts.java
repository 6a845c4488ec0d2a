/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The parts of a mail store's configuration that a relay refuses, and what to do instead. */
final class MailboxParts {
  private static final String DELIVERS =
      "a relay has no mailboxes. Remove it; to hand mail for a local domain to the server that"
          + " keeps its mailboxes, use RemoteDelivery with <gateway>";
  private static final String FILTERS =
      "a relay has no mailboxes to filter into. Remove it; filter on the server that keeps them";

  private static final Map<String, String> MAILETS =
      Map.ofEntries(
          Map.entry("localdelivery", DELIVERS),
          Map.entry("torecipientfolder", DELIVERS),
          Map.entry("tosenderfolder", DELIVERS),
          Map.entry("randomstoring", DELIVERS),
          Map.entry("sieve", FILTERS),
          Map.entry("jmapfiltering", FILTERS),
          Map.entry("withstoragedirective", FILTERS),
          Map.entry("vacationmailet", "vacation answers belong to the mailbox server. Remove it"),
          Map.entry("spamassassin", "it needs the users' mailboxes. Remove it"),
          Map.entry(
              "jdbcvirtualusertable",
              "it was replaced by RecipientRewriteTable. Use that one, or remove it"),
          Map.entry(
              "xmlvirtualusertable",
              "it was replaced by RecipientRewriteTable. Use that one, or remove it"),
          Map.entry("usersrepositoryaliasingforwarding", "use RecipientRewriteTable instead"));

  private static final Map<String, String> MATCHERS =
      Map.of("isoverquota", "a relay knows no quotas. Remove the mailet that it guards");

  private MailboxParts() {}

  /** What to do instead of the mailet of this name, empty when it is no mail store's part. */
  static Optional<String> mailet(String simpleName) {
    String name = simpleName.toLowerCase(Locale.ROOT);
    if (name.startsWith("virtualmta")) {
      return Optional.of(
          "sending addresses are chosen by <sources> of relay.xml, or <bind> of RemoteDelivery."
              + " Remove it");
    }
    return Optional.ofNullable(MAILETS.get(name));
  }

  /** What to do instead of the matcher of this name. */
  static Optional<String> matcher(String simpleName) {
    return Optional.ofNullable(MATCHERS.get(simpleName.toLowerCase(Locale.ROOT)));
  }
}
