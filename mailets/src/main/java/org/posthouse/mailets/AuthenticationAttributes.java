/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.List;
import org.apache.mailet.AttributeName;

/**
 * Attributes of a mail that tell what {@link CheckAuthentication} found. Values are texts, words
 * and domains in lower case, unless it says otherwise; an attribute is missing where there is
 * nothing to tell. Domains are what somebody claimed or published.
 */
public final class AuthenticationAttributes {
  /** The result of SPF (RFC 7208 section 2.6): {@code pass}, {@code fail} and the like. */
  public static final AttributeName SPF = AttributeName.of("org.posthouse.auth.spf");

  /** The domain that SPF checked. */
  public static final AttributeName SPF_DOMAIN = AttributeName.of("org.posthouse.auth.spf.domain");

  /** Why, in a few words. */
  public static final AttributeName SPF_REASON = AttributeName.of("org.posthouse.auth.spf.reason");

  /** The best result of all signatures (RFC 8601 section 2.7.1); {@code none} without any. */
  public static final AttributeName DKIM = AttributeName.of("org.posthouse.auth.dkim");

  /** A collection of texts, result and domain of each signature: {@code pass:example.com}. */
  public static final AttributeName DKIM_SIGNATURES =
      AttributeName.of("org.posthouse.auth.dkim.signatures");

  /** The result of DMARC (RFC 9989): pass, fail, none, temperror, permerror. */
  public static final AttributeName DMARC = AttributeName.of("org.posthouse.auth.dmarc");

  /** The policy that applies to mail that fails: none, quarantine, reject. */
  public static final AttributeName DMARC_POLICY =
      AttributeName.of("org.posthouse.auth.dmarc.policy");

  /** The author's domain that decided. */
  public static final AttributeName DMARC_AUTHOR =
      AttributeName.of("org.posthouse.auth.dmarc.author");

  /** The domain whose record applies. */
  public static final AttributeName DMARC_POLICY_DOMAIN =
      AttributeName.of("org.posthouse.auth.dmarc.policyDomain");

  /** A collection of texts, what aligns: {@code spf:example.com}, {@code dkim:example.com}. */
  public static final AttributeName DMARC_ALIGNED =
      AttributeName.of("org.posthouse.auth.dmarc.aligned");

  /** Why, in a few words. */
  public static final AttributeName DMARC_REASON =
      AttributeName.of("org.posthouse.auth.dmarc.reason");

  /** The result of ARC (RFC 8617): none, pass, fail, or temperror. */
  public static final AttributeName ARC = AttributeName.of("org.posthouse.auth.arc");

  /** The domain of the last seal of a chain that passes. */
  public static final AttributeName ARC_SEALER = AttributeName.of("org.posthouse.auth.arc.sealer");

  /** Why, in a few words. */
  public static final AttributeName ARC_REASON = AttributeName.of("org.posthouse.auth.arc.reason");

  /** All of them. */
  public static final List<AttributeName> ALL =
      List.of(
          SPF,
          SPF_DOMAIN,
          SPF_REASON,
          DKIM,
          DKIM_SIGNATURES,
          DMARC,
          DMARC_POLICY,
          DMARC_AUTHOR,
          DMARC_POLICY_DOMAIN,
          DMARC_ALIGNED,
          DMARC_REASON,
          ARC,
          ARC_SEALER,
          ARC_REASON);

  private AuthenticationAttributes() {}
}
