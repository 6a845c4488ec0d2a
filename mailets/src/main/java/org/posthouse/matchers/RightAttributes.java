/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.List;
import org.apache.mailet.AttributeName;

/**
 * Attributes of a mail that tell by which right it was taken. Posthouse sets them when a mail
 * arrives; a stock James has stock's own only. Values are texts unless it says otherwise, and an
 * attribute is missing where there is nothing to tell.
 */
public final class RightAttributes {
  /**
   * What gave the right: {@code login}, {@code certificate}, {@code network}, {@code host}, {@code
   * local}.
   */
  public static final AttributeName HOW = AttributeName.of("org.posthouse.right");

  /** Why, in a few words. */
  public static final AttributeName REASON = AttributeName.of("org.posthouse.right.reason");

  /** The rule of senders.xml; {@code none} for mail to local addresses. */
  public static final AttributeName RULE = AttributeName.of("org.posthouse.right.rule");

  /** Who sent it, as identities.xml or a directory calls it, in lower case. */
  public static final AttributeName IDENTITY = AttributeName.of("org.posthouse.right.identity");

  /** The source that vouches for the identity. */
  public static final AttributeName SOURCE = AttributeName.of("org.posthouse.right.source");

  /** A collection of texts: the groups of the identity, in lower case. */
  public static final AttributeName GROUPS = AttributeName.of("org.posthouse.right.groups");

  /** The name of the credential that opened, such as one of several passwords. */
  public static final AttributeName CREDENTIAL = AttributeName.of("org.posthouse.right.credential");

  /** The mechanism of SASL. */
  public static final AttributeName MECHANISM = AttributeName.of("org.posthouse.right.mechanism");

  /** {@code TLSv1.3} and the like. */
  public static final AttributeName TLS_VERSION =
      AttributeName.of("org.posthouse.right.tlsVersion");

  /** The name of the cipher suite. */
  public static final AttributeName TLS_CIPHER = AttributeName.of("org.posthouse.right.tlsCipher");

  /** The subject of the client's certificate (RFC 2253). */
  public static final AttributeName CERTIFICATE_SUBJECT =
      AttributeName.of("org.posthouse.right.certificateSubject");

  /** SHA-256 of the client's certificate, in lower-case hexadecimal without colons. */
  public static final AttributeName CERTIFICATE_FINGERPRINT =
      AttributeName.of("org.posthouse.right.certificateFingerprint");

  /** The client's address, as a trusted proxy says it. */
  public static final AttributeName CLIENT = AttributeName.of("org.posthouse.right.client");

  /** The network or host that the client was known by. */
  public static final AttributeName NETWORK = AttributeName.of("org.posthouse.right.network");

  /** What the trace field calls the identity, where it does not name the client. */
  public static final AttributeName PSEUDONYM = AttributeName.of("org.posthouse.right.pseudonym");

  /** A collection of texts: why senders.xml has the mail marked. */
  public static final AttributeName MARKS = AttributeName.of("org.posthouse.right.marks");

  /** The reverse-path that was given, where senders.xml has replaced it or a forward has none. */
  public static final AttributeName GIVEN_SENDER =
      AttributeName.of("org.posthouse.right.givenSender");

  /** All of them. */
  public static final List<AttributeName> ALL =
      List.of(
          HOW,
          REASON,
          RULE,
          IDENTITY,
          SOURCE,
          GROUPS,
          CREDENTIAL,
          MECHANISM,
          TLS_VERSION,
          TLS_CIPHER,
          CERTIFICATE_SUBJECT,
          CERTIFICATE_FINGERPRINT,
          CLIENT,
          NETWORK,
          PSEUDONYM,
          MARKS,
          GIVEN_SENDER);

  private RightAttributes() {}
}
