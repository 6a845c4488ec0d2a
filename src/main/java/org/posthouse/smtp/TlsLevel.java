/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

/**
 * How far a session must be protected. What a level does not reach is an outcome, not a warning.
 */
public enum TlsLevel {
  /** In clear, whatever the host offers. */
  NONE(false, false),
  /** STARTTLS where it is offered; any certificate will do (RFC 7435). */
  MAY(false, false),
  /** As MAY, but a certificate that does not prove the name ends the attempt. */
  MAY_VERIFIED(false, true),
  /** Never in clear; any certificate will do. */
  ENCRYPT(true, false),
  /** Never in clear, and the certificate must prove the name. */
  SECURE(true, true);

  private final boolean required;
  private final boolean verified;

  TlsLevel(boolean required, boolean verified) {
    this.required = required;
    this.verified = verified;
  }

  /** This level, or a stronger one if less would do than another one demands. */
  public TlsLevel atLeast(TlsLevel demanded) {
    if (!demanded.required) {
      return this;
    }
    return verified || demanded.verified ? SECURE : ENCRYPT;
  }

  boolean isRequired() {
    return required;
  }

  boolean isVerified() {
    return verified;
  }
}
