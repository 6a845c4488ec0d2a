/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.ArrayList;
import java.util.List;
import org.posthouse.signing.Publication;
import org.posthouse.signing.PublicationMemory;
import org.posthouse.signing.TableKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares keys with the DNS before they sign, and says in the log what it contradicts. */
final class DnsCheck {
  private static final Logger LOGGER = LoggerFactory.getLogger(DnsCheck.class);

  private final PublicationMemory memory;
  private final DnsReaction reaction;

  DnsCheck(PublicationMemory memory, DnsReaction reaction) {
    this.memory = memory;
    this.reaction = reaction;
  }

  DnsReaction reaction() {
    return reaction;
  }

  /** A key that the DNS contradicts, and how. */
  record Contradiction(String recordName, TableKey key, Publication publication) {
    @Override
    public String toString() {
      return recordName + ": " + publication;
    }
  }

  /**
   * Those keys that the DNS contradicts. One that it gives no answer of is none: the key was right
   * the day before.
   */
  List<Contradiction> contradictions(String domain, List<TableKey> keys) {
    List<Contradiction> found = new ArrayList<>();
    if (reaction == DnsReaction.OFF) {
      return found;
    }
    for (TableKey key : keys) {
      Publication publication = memory.of(domain, key);
      if (publication.state().contradicts()) {
        found.add(new Contradiction(key.recordName(domain), key, publication));
        warn(domain, key, publication);
      }
    }
    return found;
  }

  private void warn(String domain, TableKey key, Publication publication) {
    if (memory.shouldWarn(domain, key)) {
      LOGGER.warn(
          "dkim key={} dns=\"{}\" reaction={} publish=\"{}\"",
          key.recordName(domain),
          publication,
          reaction.word(),
          key.record());
    }
  }
}
