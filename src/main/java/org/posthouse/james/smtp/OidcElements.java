/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Settings;
import org.posthouse.identity.TrustedAuthorities;
import org.posthouse.identity.oidc.OidcSettings;
import org.posthouse.identity.oidc.OidcSettings.Check;
import org.posthouse.identity.oidc.OidcSettings.Confirmation;
import org.posthouse.identity.oidc.ProtectedAddress;

/**
 * Stock's {@code <oidc>} of a door, as a source of identities. It takes what stock takes: any token
 * that one of the keys has signed, whoever issued it and whomever it is for; {@code <aud>}, which
 * James 3.9 has too, says whom.
 */
final class OidcElements {
  private static final String ELEMENT = "auth.oidc";
  private static final Duration SKEW = Duration.ofMinutes(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration KEEP_KEYS = Duration.ofDays(1);

  private OidcElements() {}

  /**
   * Reads a door's; what is wrong is added to its problems, and the settings must not be used then.
   *
   * @param name of the source, for the log
   * @return empty for a door without, or without what stock cannot do without
   */
  static Optional<OidcSettings> read(Settings door, String name) {
    if (door.parts(ELEMENT).isEmpty()) {
      return Optional.empty();
    }
    Settings oidc = door.section(ELEMENT);
    Optional<URI> keys = required(oidc, "jwksURL").flatMap(text -> address(oidc, "jwksURL"));
    Optional<String> login = required(oidc, "claim");
    Optional<String> unusedScope = required(oidc, "scope"); // EHLO's clients are told both
    Optional<URI> unusedAddress =
        required(oidc, "oidcConfigurationURL")
            .flatMap(text -> address(oidc, "oidcConfigurationURL"));
    Confirmation confirmation = confirmation(oidc);
    List<String> audiences = oidc.texts("aud").stream().filter(text -> !text.isEmpty()).toList();
    if (audiences.isEmpty()) {
      oidc.warning(
          "",
          "every token of the issuer opens here, whomever it is for: name its audience in <aud>, or"
              + " write <oidc> in identities.xml instead");
    }
    return keys.isEmpty() || login.isEmpty()
        ? Optional.empty()
        : Optional.of(
            settings(
                name, login.get(), audiences, new Check(keys.get(), null, null, confirmation)));
  }

  private static OidcSettings settings(
      String name, String login, List<String> audiences, Check check) {
    return new OidcSettings(
        name,
        "",
        Set.copyOf(audiences),
        check,
        login,
        List.of("groups"),
        List.of("email"),
        null,
        List.of(),
        SKEW,
        TIMEOUT,
        KEEP_KEYS,
        TrustedAuthorities.context(List.of()));
  }

  private static Optional<String> required(Settings oidc, String key) {
    Optional<String> text = oidc.text(key).filter(each -> !each.isEmpty());
    if (text.isEmpty()) {
      oidc.problem("", "it has no <" + key + ">");
    }
    return text;
  }

  /** Stock asks introspection only, where there are both. */
  private static @Nullable Confirmation confirmation(Settings oidc) {
    Optional<String> authorization =
        oidc.text("introspection.auth").filter(text -> !text.isEmpty());
    Optional<URI> introspection = address(oidc, "introspection.url");
    Optional<URI> userInfo = address(oidc, "userinfo.url");
    if (introspection.isPresent()) {
      userInfo.ifPresent(unused -> oidc.warning("userinfo", "it is not asked: <introspection> is"));
      return new Confirmation(introspection.get(), false, authorization.orElse(null));
    }
    return userInfo.map(endpoint -> new Confirmation(endpoint, true, null)).orElse(null);
  }

  /**
   * Stock takes HTTP in clear too: a warning, for whoever is on the way decides then who logs in.
   */
  private static Optional<URI> address(Settings oidc, String key) {
    Optional<URI> address =
        oidc.read(key, Optional.empty(), text -> Optional.of(ProtectedAddress.ofHttp(text)));
    address.ifPresent(
        each -> {
          if (!ProtectedAddress.isProtected(each)) {
            oidc.warning(key, "whoever is on the way can decide who logs in; write https");
          }
        });
    return address;
  }
}
