/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

/**
 * What one DKIM-Signature field is worth.
 *
 * @param reason a few words why; empty when it passed
 * @param domain d= in ASCII and lower case; empty when it cannot be read
 * @param selector s=, likewise
 * @param identity i= or its default; empty when it cannot be read
 * @param algorithm a= as it stands
 * @param signature b= without white space
 * @param testing whether the key says t=y
 * @param keyBits of the key that decided; 0 when none did
 */
public record DkimResult(
    DkimStatus status,
    String reason,
    String domain,
    String selector,
    String identity,
    String algorithm,
    String signature,
    boolean testing,
    int keyBits) {
  private static final int PREFIX = 8;

  /** That of a signature that cannot be read. */
  static DkimResult unreadable(Refusal refusal) {
    return new DkimResult(refusal.status(), refusal.reason(), "", "", "", "", "", false, 0);
  }

  static DkimResult of(SignatureField field, Verdict verdict) {
    KeyRecord key = verdict.key();
    return new DkimResult(
        verdict.status(),
        verdict.reason(),
        field.domain(),
        field.selector(),
        field.identity(),
        field.tags().value("a").orElse(""),
        TagReader.withoutSpace(field.tags().value("b").orElse("")),
        key != null && key.testing(),
        key == null ? 0 : key.bits());
  }

  /** The beginning of b=, by which Authentication-Results tells signatures apart (RFC 6008). */
  public String signaturePrefix() {
    return signature.substring(0, Math.min(PREFIX, signature.length()));
  }
}
