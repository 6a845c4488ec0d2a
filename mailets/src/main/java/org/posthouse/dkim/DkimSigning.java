/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.posthouse.message.HeaderField;

/** The signing of one message, begun by {@link DkimSigner#begin}. */
public final class DkimSigning {
  private static final String FIELD = "DKIM-Signature";

  /** Header fields in canonical form are the same for all signatures that agree in these. */
  private record Chosen(List<String> names, Canonicalization form) {}

  private final SignedFields fields;
  private final List<SignatureTerms> signatures;
  private final List<BodyHash> hashes;
  private final Instant now;
  private final Map<Chosen, byte[]> headers = new HashMap<>();

  DkimSigning(
      List<HeaderField> header, BodyHashes body, List<SignatureTerms> signatures, Instant now) {
    this.fields = new SignedFields(header);
    this.signatures = signatures;
    this.hashes = signatures.stream().map(terms -> body.whole(terms.body())).toList();
    this.now = now;
  }

  /**
   * The header lines to put on top, from the top, folded, without the line end after them.
   *
   * @throws GeneralSecurityException when a key cannot sign
   * @throws IllegalStateException before the body is over
   */
  public List<String> lines() throws GeneralSecurityException {
    return lines(terms -> true);
  }

  /**
   * Likewise, of some of the signatures.
   *
   * @throws GeneralSecurityException when a key cannot sign
   * @throws IllegalStateException before the body is over
   */
  public List<String> lines(Predicate<SignatureTerms> wanted) throws GeneralSecurityException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < signatures.size(); i++) {
      if (wanted.test(signatures.get(i))) {
        lines.add(line(signatures.get(i), hashes.get(i).value()));
      }
    }
    return lines;
  }

  private String line(SignatureTerms terms, byte[] bodyHash) throws GeneralSecurityException {
    Chosen chosen = new Chosen(terms.fields().of(fields), terms.header());
    SignatureText text = text(terms, chosen.names, Base64.getEncoder().encodeToString(bodyHash));
    ByteArrayOutputStream signed = new ByteArrayOutputStream(4096);
    signed.writeBytes(headers.computeIfAbsent(chosen, this::canonical));
    terms.header().field(text.unsigned(), signed);
    byte[] message = terms.key().algorithm().message(signed.toByteArray());
    return text.signed(Base64.getEncoder().encodeToString(terms.key().sign(message)));
  }

  private byte[] canonical(Chosen chosen) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    fields.canonical(chosen.names, chosen.form, null, out);
    return out.toByteArray();
  }

  private SignatureText text(SignatureTerms terms, List<String> names, String bodyHash) {
    SignatureText text =
        new SignatureText(FIELD)
            .tag("v", "1")
            .tag("a", terms.key().algorithm().word())
            .tag("c", terms.header().word() + "/" + terms.body().word())
            .tag("d", terms.domain())
            .tag("s", terms.selector());
    if (terms.identity() != null) {
      text.tag("i", terms.identity());
    }
    if (terms.timestamp()) {
      text.tag("t", Long.toString(now.getEpochSecond()));
    }
    if (terms.lifetime() != null) {
      text.tag("x", Long.toString(now.plus(terms.lifetime()).getEpochSecond()));
    }
    return text.list("h", names).tag("bh", bodyHash).signature();
  }
}
