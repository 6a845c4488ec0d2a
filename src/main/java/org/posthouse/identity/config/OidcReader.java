/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.config;

import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Exposure;
import org.posthouse.config.NameAttribute;
import org.posthouse.config.PasswordFile;
import org.posthouse.config.PemCertificates;
import org.posthouse.config.Settings;
import org.posthouse.identity.TrustedAuthorities;
import org.posthouse.identity.oidc.OidcSettings;
import org.posthouse.identity.oidc.OidcSettings.Check;
import org.posthouse.identity.oidc.OidcSettings.Introspection;
import org.posthouse.identity.oidc.ProtectedAddress;

/** Reads {@code <oidc>}. */
final class OidcReader {
  private static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MOST_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MOST_SKEW = Duration.ofMinutes(5);
  private static final Duration SKEW = Duration.ofMinutes(1);
  private static final Duration LEAST_KEPT = Duration.ofMinutes(1);
  private static final Duration MOST_KEPT = Duration.ofDays(30);
  private static final Duration KEPT = Duration.ofDays(1);

  private final Path home;
  private final Set<String> names;

  OidcReader(Path home, Set<String> names) {
    this.home = home;
    this.names = names;
  }

  OidcSettings read(Settings oidc) {
    String name = NameAttribute.read(oidc, names).orElse("");
    List<X509Certificate> trust =
        oidc.read("trust", List.of(), text -> PemCertificates.read(Values.file(home, text)));
    return new OidcSettings(
        name,
        issuer(oidc),
        audiences(oidc),
        check(oidc),
        oidc.text("login").filter(text -> !text.isEmpty()).orElse("preferred_username"),
        Values.words(oidc, "groups", "groups"),
        Values.words(oidc, "addresses", "email"),
        oidc.text("scope").filter(text -> !text.isEmpty()).orElse(null),
        Values.words(oidc, "attributes", ""),
        oidc.duration("skew", Duration.ZERO, MOST_SKEW, SKEW),
        oidc.duration("timeout", LEAST_TIMEOUT, MOST_TIMEOUT, TIMEOUT),
        oidc.duration("keepKeys", LEAST_KEPT, MOST_KEPT, KEPT),
        TrustedAuthorities.context(trust));
  }

  private static String issuer(Settings oidc) {
    String issuer = oidc.read("issuer", "", text -> ProtectedAddress.parse(text).toString());
    if (oidc.text("issuer").isEmpty()) {
      oidc.problem("", "it has no <issuer>");
    }
    return issuer;
  }

  private static Set<String> audiences(Settings oidc) {
    List<String> all =
        oidc.texts("audience").stream().filter(text -> !text.isEmpty()).distinct().toList();
    if (all.isEmpty()) {
      oidc.problem(
          "",
          "it has no <audience>, so that every token of the issuer would open, whomever it is for");
    }
    return Set.copyOf(all);
  }

  private Check check(Settings oidc) {
    Optional<String> keys = oidc.text("keys").filter(text -> !text.isEmpty());
    boolean introspects = !oidc.parts("introspection").isEmpty();
    if (introspects && keys.isPresent()) {
      oidc.problem("", "it can have only one of <keys> and <introspection>");
    }
    Introspection introspection = introspects ? introspection(oidc.section("introspection")) : null;
    boolean remote = keys.filter(text -> text.matches("(?i)https?://.*")).isPresent();
    URI address =
        remote
            ? oidc.read("keys", Optional.<URI>empty(), t -> Optional.of(ProtectedAddress.parse(t)))
                .orElse(null)
            : null;
    Path file =
        remote || keys.isEmpty()
            ? null
            : oidc.read("keys", Optional.<Path>empty(), text -> Optional.of(keyFile(text)))
                .orElse(null);
    return new Check(address, file, introspection);
  }

  private Path keyFile(String text) {
    Path file = Values.file(home, text);
    OidcSettings.requireKeys(file);
    return file;
  }

  private @Nullable Introspection introspection(Settings part) {
    Optional<URI> url =
        Values.required(part, "url")
            .flatMap(
                given ->
                    part.read(
                        "[@url]",
                        Optional.<URI>empty(),
                        text -> Optional.of(ProtectedAddress.parse(text))));
    Optional<String> client = Values.required(part, "client");
    Optional<String> file = Values.required(part, "secretFile");
    file.flatMap(text -> Exposure.of(Values.file(home, text)))
        .ifPresent(text -> part.warning("[@secretFile]", text));
    String secret =
        file.isEmpty()
            ? ""
            : part.read("[@secretFile]", "", text -> PasswordFile.read(Values.file(home, text)));
    return url.isEmpty() || client.isEmpty()
        ? null
        : new Introspection(url.get(), client.get(), secret);
  }
}
