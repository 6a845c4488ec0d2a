/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import org.jspecify.annotations.Nullable;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.DkimSigner;
import org.posthouse.dkim.DkimSigning;
import org.posthouse.dkim.SignatureTerms;
import org.posthouse.message.HeaderField;
import org.posthouse.signing.OwnSignatures;
import org.posthouse.signing.TableKey;

/** Signs one message, whose body is read once and never held in memory. */
final class MessageSigning implements WrittenMessage.Reader {
  private final String domain;
  private final List<TableKey> keys;
  private final List<SignatureTerms> terms;
  private final Clock clock;
  private @Nullable DkimSigning signing;
  private @Nullable OwnSignatures present;

  /**
   * @param domain d=
   * @param terms one for each key
   */
  MessageSigning(String domain, List<TableKey> keys, List<SignatureTerms> terms, Clock clock) {
    this.domain = domain;
    this.keys = keys;
    this.terms = terms;
    this.clock = clock;
  }

  @Override
  public void begin(List<HeaderField> fields, BodyHashes body) {
    present = OwnSignatures.begin(domain, keys, fields, body, clock);
    signing = new DkimSigner(terms, clock).begin(fields, body);
  }

  /**
   * The header lines to put on top, none for a key whose signature the message has and that holds.
   *
   * @throws MessagingException when the message cannot be read, or a key cannot sign
   */
  List<String> lines(MimeMessage message) throws MessagingException {
    try {
      MessageReading.read(message, this);
      if (signing == null || present == null) {
        return List.of(); // never: reading begins with the header
      }
      Set<String> have = present.selectors();
      return signing.lines(each -> !have.contains(each.selector()));
    } catch (IOException e) {
      throw new MessagingException("cannot read the message to sign", e);
    } catch (GeneralSecurityException e) {
      throw new MessagingException("cannot sign: " + e.getMessage(), e);
    }
  }
}
