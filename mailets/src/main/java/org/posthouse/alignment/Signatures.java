/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.alignment;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.posthouse.authentication.MessageBody;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.DkimResult;
import org.posthouse.dkim.DkimStatus;
import org.posthouse.dkim.DkimVerification;
import org.posthouse.dkim.DkimVerifier;
import org.posthouse.dmarc.AuthenticatedIdentifier.Mechanism;
import org.posthouse.dns.Dns;
import org.posthouse.message.HeaderField;
import org.posthouse.signing.FromDomain;
import org.posthouse.signing.KeyTable;
import org.posthouse.signing.Publication;
import org.posthouse.signing.PublicationCheck;
import org.posthouse.signing.RecordText;
import org.posthouse.signing.SigningDomain;
import org.posthouse.signing.TableKey;

/** What DKIM will say of one mail: of the signatures it has, or of those it will get. */
final class Signatures {
  private final Dns dns;
  private final Clock clock;
  private final KeyTable keys;

  Signatures(Dns dns, Clock clock, KeyTable keys) {
    this.dns = dns;
    this.clock = clock;
    this.keys = keys;
  }

  /** Of those that the message has; reads its body when it has any. */
  List<Voucher> present(List<HeaderField> fields, MessageBody body) throws IOException {
    BodyHashes hashes = BodyHashes.received();
    DkimVerification verification = new DkimVerifier(dns, clock).begin(fields, hashes);
    if (fields.stream().anyMatch(field -> field.is("DKIM-Signature"))) {
      try (InputStream in = body.open()) {
        hashes.readAll(in);
      }
    }
    hashes.close();
    return verification.results().stream().map(this::voucher).toList();
  }

  private Voucher voucher(DkimResult result) {
    if (result.status() == DkimStatus.PASS) {
      return Voucher.passed(Mechanism.DKIM, result.domain());
    }
    if (result.status() == DkimStatus.TEMPERROR) {
      return Voucher.undecided(Mechanism.DKIM, result.domain());
    }
    String key = result.selector() + "._domainkey." + result.domain();
    return Voucher.failed(
        Mechanism.DKIM,
        result.domain(),
        result.status().word() + " for " + key + " (" + result.reason() + ")",
        remedy(result).orElse(""));
  }

  /** The record of the key where it is one of the table's, and the DNS is what is wrong. */
  private Optional<String> remedy(DkimResult result) {
    return keys.domains().stream()
        .filter(domain -> domain.signs().equals(result.domain()))
        .flatMap(domain -> domain.keys().stream())
        .filter(key -> key.selector().equals(result.selector()))
        .filter(key -> publication(result.domain(), key).state().contradicts())
        .map(key -> line(result.domain(), key))
        .findFirst();
  }

  /** Of the keys that will sign mail with this header. */
  List<Voucher> coming(List<HeaderField> fields) {
    Optional<String> from = FromDomain.of(fields);
    Instant now = clock.instant();
    Optional<SigningDomain> domain = from.isPresent() ? keys.of(from.get(), now) : keys.fallback();
    return domain.stream()
        .flatMap(each -> each.active(now).stream().map(key -> voucher(each.signs(), key)))
        .toList();
  }

  private Voucher voucher(String signs, TableKey key) {
    Publication publication = publication(signs, key);
    if (publication.state().verifies()) {
      return Voucher.passed(Mechanism.DKIM, signs);
    }
    return publication.state().contradicts()
        ? Voucher.failed(
            Mechanism.DKIM, signs, key.recordName(signs) + " is " + publication, line(signs, key))
        : Voucher.undecided(Mechanism.DKIM, signs);
  }

  private Publication publication(String domain, TableKey key) {
    return new PublicationCheck(dns).of(domain, key);
  }

  private static String line(String domain, TableKey key) {
    return AlignmentCheck.line(RecordText.of(domain, key));
  }
}
