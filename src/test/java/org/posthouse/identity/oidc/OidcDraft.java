/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.posthouse.identity.TrustedAuthorities;

/** Settings of an issuer, of which a test changes something. */
final class OidcDraft {
  String issuer = "";
  String login = "preferred_username";
  String scope;
  URI keys;
  Path keyFile;
  OidcSettings.Introspection introspection;
  Duration timeout = Duration.ofSeconds(5);
  Duration keepKeys = Duration.ofDays(1);
  SSLContext trust = TrustedAuthorities.context(List.of());

  OidcDraft(String issuer) {
    this.issuer = issuer;
  }

  OidcSettings settings() {
    return new OidcSettings(
        "entra",
        issuer,
        Set.of("posthouse", "api://posthouse"),
        new OidcSettings.Check(keys, keyFile, introspection),
        login,
        List.of("groups", "realm_access.roles"),
        List.of("email"),
        scope,
        List.of("department"),
        Duration.ofMinutes(1),
        timeout,
        keepKeys,
        trust);
  }
}
