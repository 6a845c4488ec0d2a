/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import org.jspecify.annotations.Nullable;

/**
 * The right by which a mail was taken, decided once and recorded on the mail.
 *
 * @param how what gave it
 * @param credential the name of the credential that opened; null without one
 * @param mechanism of SASL, such as {@code SCRAM-SHA-256}; null without a login
 * @param tls of the connection; null in clear
 * @param network the network or host of identities.xml that the client was known by; null where it
 *     was not
 * @param rule of senders.xml
 * @param reason in a few words
 */
public record RelayRight(
    How how,
    Client client,
    @Nullable String credential,
    @Nullable String mechanism,
    @Nullable Tls tls,
    @Nullable String network,
    String rule,
    String reason) {
  /** What gives a right. */
  public enum How {
    /** A login. */
    LOGIN,
    /** A certificate, by SASL EXTERNAL or without a login. */
    CERTIFICATE,
    /** The client's address. */
    NETWORK,
    /** The DNS name of the client's address. */
    HOST,
    /** None: the mail is for addresses of the relay itself. */
    LOCAL
  }

  /**
   * How a connection was protected.
   *
   * @param subject of the client's certificate (RFC 2253); null without one
   * @param fingerprint of the client's certificate, SHA-256 in lower-case hexadecimal without
   *     colons; null without one
   */
  public record Tls(
      String version, String cipher, @Nullable String subject, @Nullable String fingerprint) {}
}
