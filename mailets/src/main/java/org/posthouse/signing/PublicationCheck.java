/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import org.posthouse.dkim.DkimStatus;
import org.posthouse.dkim.KeyAnswer;
import org.posthouse.dkim.KeyLookup;
import org.posthouse.dkim.KeyRecord;
import org.posthouse.dkim.PublishedKey;
import org.posthouse.dkim.Refusal;
import org.posthouse.dns.Dns;
import org.posthouse.signing.Publication.State;

/** Compares keys with what the DNS publishes of them. */
public final class PublicationCheck {
  private static final int RIGHT_RSA_BITS = 2048;

  private final KeyLookup lookup;

  /** The DNS is asked this. */
  public PublicationCheck(Dns dns) {
    this.lookup = new KeyLookup(dns);
  }

  /** Asks for a key; waits no longer than the DNS does. */
  public Publication of(String domain, TableKey key) {
    KeyAnswer answer = lookup.find(domain, key.selector());
    return answer instanceof KeyAnswer.Found found
        ? compare(found.records(), key)
        : none(((KeyAnswer.None) answer).refusal());
  }

  private static Publication none(Refusal refusal) {
    if (refusal.equals(KeyLookup.NO_KEY)) {
      return new Publication(State.MISSING, "");
    }
    boolean isTemporary = refusal.status() == DkimStatus.TEMPERROR;
    return new Publication(isTemporary ? State.UNKNOWN : State.UNUSABLE, refusal.reason());
  }

  /** Verifiers try each record, or any one: all of several must be right. */
  private static Publication compare(List<KeyRecord> records, TableKey key) {
    Publication first = compare(records.get(0), key);
    boolean allSame = records.stream().allMatch(each -> compare(each, key).equals(first));
    return allSame
        ? first
        : new Publication(State.UNUSABLE, "there are several records, not all of them right");
  }

  private static Publication compare(KeyRecord record, TableKey key) {
    if (record.revoked()) {
      return new Publication(State.REVOKED, "");
    }
    PublicKey published = record.key();
    if (published == null) {
      String why = record.problem().map(problem -> problem.reason()).orElse("no key");
      return new Publication(State.UNUSABLE, why);
    }
    if (!text(published).equals(Optional.of(key.record()))) {
      return new Publication(State.OTHER, "");
    }
    if (record.testing()) {
      return new Publication(State.TESTING, "t=y");
    }
    boolean isShort = published.getAlgorithm().equals("RSA") && key.bits() < RIGHT_RSA_BITS;
    return isShort
        ? new Publication(State.SHORT, key.bits() + " bits")
        : new Publication(State.PUBLISHED, "");
  }

  private static Optional<String> text(PublicKey key) {
    try {
      return Optional.of(PublishedKey.record(key));
    } catch (InvalidKeyException e) {
      return Optional.empty();
    }
  }
}
