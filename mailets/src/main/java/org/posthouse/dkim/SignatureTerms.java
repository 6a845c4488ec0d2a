/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one signature says and how it is made.
 *
 * @param domain d=
 * @param selector s=
 * @param identity i=; null for none
 * @param timestamp whether there is a t=
 * @param lifetime from now to x=; null for no x=
 */
public record SignatureTerms(
    String domain,
    String selector,
    SigningKey key,
    @Nullable String identity,
    Canonicalization header,
    Canonicalization body,
    HeaderSelection fields,
    boolean timestamp,
    @Nullable Duration lifetime) {

  /**
   * Checks what would make the field no tag list.
   *
   * @throws IllegalArgumentException when the domain, the selector or the identity is malformed
   */
  public SignatureTerms {
    requireName("domain", domain);
    requireName("selector", selector);
    if (identity != null && !isIdentity(identity, domain)) {
      throw new IllegalArgumentException(
          "the identity '" + identity + "' is not a local part and " + domain + " or below");
    }
  }

  private static void requireName(String what, String name) {
    if (!DomainName.ascii(name).equals(Optional.of(name.toLowerCase(Locale.ROOT)))) {
      throw new IllegalArgumentException("the " + what + " '" + name + "' is not a name of DNS");
    }
  }

  private static boolean isIdentity(String identity, String domain) {
    int at = identity.lastIndexOf('@');
    return at >= 0
        && identity.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ';')
        && DomainName.ascii(identity.substring(at + 1))
            .filter(of -> DomainName.isWithin(of, domain.toLowerCase(Locale.ROOT)))
            .isPresent();
  }

  /**
   * Relaxed, with a timestamp and without expiry, over the recommended fields.
   *
   * @param domain in ASCII
   * @param selector in ASCII
   */
  public static SignatureTerms of(String domain, String selector, SigningKey key) {
    return new SignatureTerms(
        domain,
        selector,
        key,
        null,
        Canonicalization.RELAXED,
        Canonicalization.RELAXED,
        HeaderSelection.oversigned(HeaderSelection.DEFAULT),
        true,
        null);
  }

  /** With other fields. */
  public SignatureTerms withFields(HeaderSelection other) {
    return new SignatureTerms(
        domain, selector, key, identity, header, body, other, timestamp, lifetime);
  }

  /** With other canonicalisation. */
  public SignatureTerms withForms(Canonicalization ofHeader, Canonicalization ofBody) {
    return new SignatureTerms(
        domain, selector, key, identity, ofHeader, ofBody, fields, timestamp, lifetime);
  }

  /**
   * With an identity.
   *
   * @param other what stands in i=: a local part or none, an at sign, d= or a domain below it
   */
  public SignatureTerms withIdentity(String other) {
    return new SignatureTerms(
        domain, selector, key, other, header, body, fields, timestamp, lifetime);
  }

  /** With an expiry that long after the signing, at least a second. */
  public SignatureTerms withLifetime(Duration other) {
    return new SignatureTerms(
        domain, selector, key, identity, header, body, fields, timestamp, other);
  }

  /** Without t=, so that the same message has the same signature. */
  public SignatureTerms withoutTimestamp() {
    return new SignatureTerms(
        domain, selector, key, identity, header, body, fields, false, lifetime);
  }
}
