/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import org.jspecify.annotations.Nullable;
import org.posthouse.smtp.TlsLevel;

/**
 * What stock's parameters mean in our levels; null is what nothing is written of.
 *
 * @param implicit whether TLS begins with the first octet
 */
record WrittenTls(@Nullable TlsLevel level, @Nullable Boolean implicit) {
  static WrittenTls of(WrittenParameters written) {
    return new WrittenTls(
        levelOf(written), written.truth(WrittenParameters.SSL_ENABLE).orElse(null));
  }

  /** Whether TLS begins with the first octet; {@code general} is what relay.xml says. */
  boolean implicit(boolean general) {
    return implicit == null ? general : implicit;
  }

  /** The level; {@code general} is what relay.xml says. */
  TlsLevel level(TlsLevel general, boolean implicitNow) {
    TlsLevel wanted = level == null ? general : level;
    return implicitNow && wanted == TlsLevel.NONE ? TlsLevel.MAY : wanted;
  }

  private static @Nullable TlsLevel levelOf(WrittenParameters written) {
    boolean login = written.getAuthUser() != null;
    if (written.isSSLEnable()
        || written.javaMailTruth(JavaMailProperty.STARTTLS_REQUIRED).orElse(login)) {
      return isVerified(written) ? TlsLevel.SECURE : TlsLevel.ENCRYPT;
    }
    return written
        .javaMailTruth(JavaMailProperty.STARTTLS_ENABLE)
        .or(() -> written.truth(WrittenParameters.START_TLS))
        .map(on -> on ? whereOffered(written) : TlsLevel.NONE)
        .orElse(null);
  }

  private static TlsLevel whereOffered(WrittenParameters written) {
    return isVerified(written) ? TlsLevel.MAY_VERIFIED : TlsLevel.MAY;
  }

  private static boolean isVerified(WrittenParameters written) {
    return written
            .javaMailTruth(JavaMailProperty.CHECK_SERVER_IDENTITY)
            .orElse(written.isVerifyServerIdentity())
        && written.javaMail(JavaMailProperty.SSL_TRUST).isEmpty();
  }
}
