/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import org.jspecify.annotations.Nullable;
import org.posthouse.arc.AddedSets;
import org.posthouse.arc.ArcResult;
import org.posthouse.arc.ArcSealer;
import org.posthouse.arc.ArcSealing;
import org.posthouse.arc.ArcStatus;
import org.posthouse.arc.ArcVerification;
import org.posthouse.arc.ArcVerifier;
import org.posthouse.arc.PriorResults;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.HeaderSelection;
import org.posthouse.dkim.SignatureTerms;
import org.posthouse.dkim.SignedFields;
import org.posthouse.dns.Dns;
import org.posthouse.message.HeaderField;

/** Seals one message, unless it has a set of this host's that still holds. */
final class MessageSealing implements WrittenMessage.Reader {
  static final String DKIM_SIGNATURE = "dkim-signature";

  private final SignatureTerms terms;
  private final String authservId;
  private final ArcStatus status;
  private final AddedSets added;
  private final Dns ownKey;
  private final Clock clock;
  private List<HeaderField> header = List.of();
  private @Nullable ArcVerification present;
  private @Nullable ArcSealing sealing;
  private boolean holds;
  private int instance;

  /**
   * @param terms whose fields leave out the signatures, which are covered as they are
   * @param status what the chain below the added sets was worth as the message came
   * @param added which sets this host has added before
   * @param ownKey the key of the terms, and no others
   */
  MessageSealing(
      SignatureTerms terms,
      String authservId,
      ArcStatus status,
      AddedSets added,
      Dns ownKey,
      Clock clock) {
    this.terms = terms;
    this.authservId = authservId;
    this.status = status;
    this.added = added;
    this.ownKey = ownKey;
    this.clock = clock;
  }

  @Override
  public void begin(List<HeaderField> fields, BodyHashes body) {
    header = added.without(fields);
    if (header.size() < fields.size()) {
      present = new ArcVerifier(ownKey, clock).begin(fields, body);
    }
    sealing =
        new ArcSealer(terms.withFields(covered(header)), authservId, clock).begin(header, body);
  }

  /**
   * Signatures of DKIM are covered (RFC 8617 section 4.1.2), yet not once more than there are: who
   * passes the message on may add his.
   */
  private HeaderSelection covered(List<HeaderField> fields) {
    SignedFields signed = new SignedFields(fields);
    List<String> names = new ArrayList<>(terms.fields().of(signed));
    signed.named(DKIM_SIGNATURE).stream()
        .limit(HeaderSelection.MAX_OCCURRENCES)
        .forEach(each -> names.add(DKIM_SIGNATURE));
    return HeaderSelection.exactly(names);
  }

  /**
   * The header lines to put on top in the place of the added sets; none for a message that is not
   * sealed.
   *
   * @throws MessagingException when the message cannot be read, or the key cannot sign
   */
  List<String> lines(MimeMessage message) throws MessagingException {
    try {
      MessageReading.read(message, this);
      holds = present != null && present.isNewestRight();
      String results = PriorResults.of(header, authservId);
      if (holds || sealing == null || results.isEmpty()) {
        return List.of();
      }
      ArcResult received = ArcResult.validated(header, status);
      instance = received.highest() + 1;
      return sealing.lines(received, results);
    } catch (IOException e) {
      throw new MessagingException("cannot read the message to seal", e);
    } catch (GeneralSecurityException e) {
      throw new MessagingException("cannot seal: " + e.getMessage(), e);
    }
  }

  /** Whether the newest set is this host's and still right; known once the lines are made. */
  boolean holds() {
    return holds;
  }

  /** The instance of the set that the lines are; known once they are made. */
  int instance() {
    return instance;
  }
}
