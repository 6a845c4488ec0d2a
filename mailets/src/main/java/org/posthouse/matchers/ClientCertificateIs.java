/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.mail.MessagingException;
import javax.security.auth.x500.X500Principal;
import org.apache.mailet.Mail;

/**
 * Matches mail of clients that showed one of some certificates, by SHA-256 fingerprint (with or
 * without colons) or by subject. They are separated by semicolons, since subjects have commas.
 *
 * <pre>{@code
 * <mailet match="ClientCertificateIs=CN=app, O=Example; 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
 *     class="ToProcessor">
 *   <processor>applications</processor>
 * </mailet>
 * }</pre>
 *
 * <p>Whether a certificate is to be believed was decided when the client connected.
 */
public class ClientCertificateIs extends RightMatcher {
  private final Set<String> fingerprints = new HashSet<>();
  private final Set<String> subjects = new HashSet<>();

  @Override
  void read(String condition) throws MessagingException {
    for (String each : condition.split(";", -1)) {
      String hex = each.trim().replace(":", "").toLowerCase(Locale.ROOT);
      Optional<String> subject = each.indexOf('=') < 0 ? Optional.empty() : canonical(each.trim());
      if (hex.matches("[0-9a-f]{64}")) {
        fingerprints.add(hex);
      } else if (subject.isPresent()) {
        subjects.add(subject.get());
      } else {
        throw refusal(
            "'"
                + each.trim()
                + "' is neither a SHA-256 fingerprint nor a subject such as CN=app,O=Example");
      }
    }
  }

  @Override
  boolean matches(Mail mail) {
    return text(mail, RightAttributes.CERTIFICATE_FINGERPRINT)
            .filter(fingerprints::contains)
            .isPresent()
        || text(mail, RightAttributes.CERTIFICATE_SUBJECT)
            .flatMap(ClientCertificateIs::canonical)
            .filter(subjects::contains)
            .isPresent();
  }

  /** Case and blanks do not count (RFC 5280, section 7.1). */
  private static Optional<String> canonical(String subject) {
    try {
      return Optional.of(new X500Principal(subject).getName(X500Principal.CANONICAL));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String getMatcherInfo() {
    return "ClientCertificateIs=CN=app,O=Example; or a SHA-256 fingerprint";
  }
}
