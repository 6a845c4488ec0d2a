/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.util.Optional;
import org.posthouse.smtp.TlsLevel;

/**
 * What stock's parameters mean in our levels.
 *
 * @param implicit whether TLS begins with the first octet
 */
record WrittenTls(TlsLevel level, boolean implicit) {
  /** Empty when nothing is written that is about TLS. */
  static Optional<WrittenTls> of(WrittenParameters written) {
    boolean login = written.getAuthUser() != null;
    if (written.isSSLEnable()) {
      return Optional.of(new WrittenTls(required(written), true));
    }
    Optional<String> demand = written.javaMail("starttls.required");
    boolean required = demand.map("true"::equals).orElse(login);
    if (required) {
      return Optional.of(new WrittenTls(required(written), false));
    }
    Optional<String> enabled =
        written.javaMail("starttls.enable").or(() -> written.text("startTLS"));
    return enabled.map(
        on ->
            new WrittenTls(
                !on.equals("true")
                    ? TlsLevel.NONE
                    : isVerified(written) ? TlsLevel.MAY_VERIFIED : TlsLevel.MAY,
                false));
  }

  private static TlsLevel required(WrittenParameters written) {
    return isVerified(written) ? TlsLevel.SECURE : TlsLevel.ENCRYPT;
  }

  private static boolean isVerified(WrittenParameters written) {
    boolean trustsAll = written.javaMail("ssl.trust").filter("*"::equals).isPresent();
    boolean checks =
        written
            .javaMail("ssl.checkserveridentity")
            .map("true"::equals)
            .orElse(written.isVerifyServerIdentity());
    return checks && !trustsAll;
  }
}
