/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.client;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.posthouse.identity.client.SubjectAlternative.Kind;

/**
 * The name of an identity, perhaps with parts of the certificate in it.
 *
 * @param text holds {@code {cn}}, {@code {dns}} or {@code {email}}, or none of them
 */
public record NameTemplate(String text) {
  private static final Pattern PART = Pattern.compile("\\{([^{}]*)}");
  private static final Set<String> PARTS = Set.of("cn", "dns", "email");
  private static final int MOST_CHARACTERS = 255;

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it holds a part that does not exist
   */
  public static NameTemplate parse(String text) {
    Matcher matcher = PART.matcher(text);
    while (matcher.find()) {
      if (!PARTS.contains(matcher.group(1))) {
        throw new IllegalArgumentException(
            "'" + matcher.group() + "' is none of {cn}, {dns}, {email}");
      }
    }
    return new NameTemplate(text);
  }

  /** Whether every certificate gets the same name. */
  public boolean isFixed() {
    return !PART.matcher(text).find();
  }

  /** The name; empty when the certificate lacks a part, or it could not be a name. */
  Optional<String> of(X509Certificate certificate) {
    Matcher matcher = PART.matcher(text);
    StringBuilder name = new StringBuilder();
    while (matcher.find()) {
      Optional<String> part = part(certificate, matcher.group(1));
      if (part.isEmpty()) {
        return Optional.empty();
      }
      matcher.appendReplacement(name, Matcher.quoteReplacement(part.get()));
    }
    matcher.appendTail(name);
    return Optional.of(name.toString()).filter(NameTemplate::isName);
  }

  private static Optional<String> part(X509Certificate certificate, String part) {
    return switch (part) {
      case "cn" -> CertificateNames.commonName(certificate);
      case "dns" -> CertificateNames.alternatives(certificate, Kind.DNS).stream().findFirst();
      default -> CertificateNames.alternatives(certificate, Kind.EMAIL).stream().findFirst();
    };
  }

  /** It goes into log lines and rules: no blanks, no control characters. */
  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= MOST_CHARACTERS
        && name.codePoints()
            .noneMatch(
                c ->
                    Character.isISOControl(c)
                        || Character.isWhitespace(c)
                        || Character.isSpaceChar(c));
  }
}
