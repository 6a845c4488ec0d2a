/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.posthouse.config.PemCertificates;
import org.posthouse.config.Settings;
import org.posthouse.identity.client.Authority;
import org.posthouse.identity.client.CertificateRule;
import org.posthouse.identity.client.Fingerprint;
import org.posthouse.identity.client.NameTemplate;
import org.posthouse.identity.client.SubjectAlternative;

/** Reads {@code <certificate>} elements. */
final class CertificateReader {
  /** OpenSSL writes it, and Java knows no name for it. */
  private static final Map<String, String> KEYWORDS =
      Map.of("EMAILADDRESS", "1.2.840.113549.1.9.1");

  private final Path home;
  private final List<CertificateRule> rules = new ArrayList<>();

  CertificateReader(Path home) {
    this.home = home;
  }

  List<CertificateRule> rules() {
    return rules;
  }

  void read(Settings part) {
    Optional<NameTemplate> identity = name(part);
    Set<String> groups = Values.groups(part);
    Optional<Fingerprint> fingerprint =
        part.read("[@fingerprint]", Optional.empty(), text -> Optional.of(Fingerprint.parse(text)));
    Optional<X500Principal> subject =
        part.read("[@subject]", Optional.empty(), text -> Optional.of(subject(text)));
    Optional<SubjectAlternative> alternative =
        part.read("[@san]", Optional.empty(), text -> Optional.of(SubjectAlternative.parse(text)));
    Optional<Authority> authority =
        part.read("[@authority]", Optional.empty(), text -> Optional.of(authority(text)));
    if (Stream.of("fingerprint", "subject", "san", "authority")
        .allMatch(key -> part.text("[@" + key + "]").isEmpty())) {
      part.problem("", "it needs an attribute fingerprint, subject, san or authority");
      return;
    }
    boolean usable =
        Stream.of(fingerprint, subject, alternative, authority).anyMatch(Optional::isPresent);
    if (identity.isPresent() && usable) {
      add(
          part,
          new CertificateRule(
              identity.get(),
              groups,
              fingerprint.orElse(null),
              subject.orElse(null),
              alternative.orElse(null),
              authority.orElse(null)));
    }
  }

  private void add(Settings part, CertificateRule rule) {
    rules.stream()
        .filter(earlier -> earlier.takesAllOf(rule))
        .findFirst()
        .ifPresent(
            earlier ->
                part.warning(
                    "",
                    "it never applies: the rule for '"
                        + earlier.identity().text()
                        + "' before it takes all its certificates"));
    rules.add(rule);
  }

  private static Optional<NameTemplate> name(Settings part) {
    return Values.identity(part, "identity")
        .flatMap(
            given ->
                part.read(
                    "[@identity]",
                    Optional.<NameTemplate>empty(),
                    text -> Optional.of(NameTemplate.parse(given))));
  }

  private static X500Principal subject(String text) {
    try {
      return new X500Principal(text, KEYWORDS);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no distinguished name; write what `openssl x509 -noout -subject -nameopt"
              + " RFC2253` shows",
          e);
    }
  }

  private Authority authority(String text) {
    return new Authority(Set.copyOf(PemCertificates.read(Values.file(home, text))));
  }
}
