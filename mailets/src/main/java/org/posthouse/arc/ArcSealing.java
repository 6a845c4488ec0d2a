/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.posthouse.dkim.BodyHash;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.SignatureTerms;
import org.posthouse.dkim.SignatureText;
import org.posthouse.dkim.SignedFields;
import org.posthouse.message.HeaderField;

/** The sealing of one message, begun by {@link ArcSealer#begin}. */
public final class ArcSealing {
  private static final String INSTANCE = "i";

  private final SignedFields fields;
  private final BodyHash bodyHash;
  private final SignatureTerms terms;
  private final String authservId;
  private final Instant now;
  private final boolean folded;

  ArcSealing(
      List<HeaderField> header,
      BodyHashes body,
      SignatureTerms terms,
      String authservId,
      Instant now,
      boolean folded) {
    this.fields = new SignedFields(header);
    this.bodyHash = body.whole(terms.body());
    this.terms = terms;
    this.authservId = authservId;
    this.now = now;
    this.folded = folded;
  }

  /**
   * The three header lines to put on top, from the top, folded, without the line end after them:
   * seal, message signature, results. None when whoever handled the message last found the chain
   * broken, for then nobody adds to it, nor when it has 50 sets.
   *
   * @param received what the chain was worth as the message came
   * @param results what to say of the message after the authserv-id, such as {@code spf=pass
   *     smtp.mailfrom=a.example; dkim=none}
   * @throws GeneralSecurityException when the key cannot sign
   * @throws IllegalStateException before the body is over
   */
  public List<String> lines(ArcResult received, String results) throws GeneralSecurityException {
    int instance = received.highest() + 1;
    if (received.isMarkedFailed() || instance > ArcInstance.MAX) {
      return List.of();
    }
    String authentication =
        "ARC-Authentication-Results: i="
            + instance
            + "; "
            + authservId
            + ";\r\n\t"
            + folded(results);
    String message = message(instance);
    return List.of(seal(instance, received, authentication, message), message, authentication);
  }

  private String message(int instance) throws GeneralSecurityException {
    List<String> names = terms.fields().of(fields);
    SignatureText text =
        begin("ARC-Message-Signature", instance)
            .tag("bh", Base64.getEncoder().encodeToString(bodyHash.value()))
            .tag("c", terms.header().word() + "/" + terms.body().word())
            .tag("d", terms.domain())
            .list("h", names);
    end(text, instance);
    ByteArrayOutputStream signed = new ByteArrayOutputStream(4096);
    fields.canonical(names, terms.header(), null, signed);
    terms.header().field(text.unsigned(), signed);
    return signed(text, signed.toByteArray());
  }

  private String seal(int instance, ArcResult received, String results, String message)
      throws GeneralSecurityException {
    SignatureText text =
        begin("ARC-Seal", instance).tag("cv", received.status().word()).tag("d", terms.domain());
    end(text, instance);
    SealedFields sealed = new SealedFields();
    // A broken chain is sealed as if this set were the only one (RFC 8617 section 5.1.2).
    if (received.status() != ArcStatus.FAIL) {
      received.sets().forEach(sealed::add);
    }
    return signed(text, sealed.seal(results, message, text.unsigned()));
  }

  /** With i= first, for dkimpy finds it behind a space only, where no fold may stand. */
  private SignatureText begin(String name, int instance) {
    SignatureText text = new SignatureText(name);
    if (folded) {
      text.tag(INSTANCE, Integer.toString(instance));
    }
    return text.tag("a", terms.key().algorithm().word()).signature();
  }

  private void end(SignatureText text, int instance) {
    if (!folded) {
      text.tag(INSTANCE, Integer.toString(instance));
    }
    text.tag("s", terms.selector());
    if (terms.timestamp()) {
      text.tag("t", Long.toString(now.getEpochSecond()));
    }
    Duration lifetime = terms.lifetime();
    if (lifetime != null) {
      text.tag("x", Long.toString(now.plus(lifetime).getEpochSecond()));
    }
  }

  private String signed(SignatureText text, byte[] signed) throws GeneralSecurityException {
    byte[] message = terms.key().algorithm().message(signed);
    String signature = Base64.getEncoder().encodeToString(terms.key().sign(message));
    return folded ? text.signed(signature) : text.signedUnfolded(signature);
  }

  /** White space is one fold after a semicolon and one space elsewhere: no line can break out. */
  private static String folded(String results) {
    StringBuilder folded = new StringBuilder();
    for (String piece : results.strip().split("[ \\t\\r\\n]+", -1)) {
      boolean afterSemicolon = folded.length() > 0 && folded.charAt(folded.length() - 1) == ';';
      folded.append(folded.length() == 0 ? "" : afterSemicolon ? "\r\n\t" : " ").append(piece);
    }
    return folded.length() == 0 ? "none" : folded.toString();
  }
}
