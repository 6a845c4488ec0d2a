/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.posthouse.config.FileFailure;
import org.posthouse.config.NamedFile;

/** Where the keys of an issuer come from: a file, an address, or what its discovery says. */
final class KeySource {
  private static final String DISCOVERY = "/.well-known/openid-configuration";

  private final OidcSettings settings;
  private final IssuerClient client;

  KeySource(OidcSettings settings, IssuerClient client) {
    this.settings = settings;
    this.client = client;
  }

  CompletionStage<JWKSet> fetch() {
    if (settings.check().keyFile() != null) {
      try {
        return CompletableFuture.completedFuture(read(settings.check().keyFile()));
      } catch (IllegalArgumentException e) {
        return CompletableFuture.failedFuture(new IOException(e.getMessage(), e));
      }
    }
    URI keys = settings.check().keys();
    CompletionStage<URI> address =
        keys == null ? discovered() : CompletableFuture.completedFuture(keys);
    return address.thenCompose(client::get).thenApply(KeySource::keys);
  }

  /** OpenID Connect Discovery 1.0 section 4.3: it must be about the issuer that was asked. */
  private CompletionStage<URI> discovered() {
    String issuer = settings.issuer();
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return client.get(URI.create(base + DISCOVERY)).thenApply(this::keysOf);
  }

  private URI keysOf(Map<String, Object> document) {
    if (!settings.issuer().equals(document.get("issuer"))) {
      throw failure("its discovery document names the issuer " + document.get("issuer"));
    }
    try {
      return ProtectedAddress.parse(String.valueOf(document.get("jwks_uri")));
    } catch (IllegalArgumentException e) {
      throw failure("its discovery document has a jwks_uri that cannot be used: " + e.getMessage());
    }
  }

  private static JWKSet keys(Map<String, Object> document) {
    try {
      return JWKSet.parse(document);
    } catch (ParseException e) {
      throw failure("its keys are no JWK set");
    }
  }

  /**
   * The keys of a file.
   *
   * @throws IllegalArgumentException when there are none; the message says why
   */
  static JWKSet read(Path file) {
    NamedFile.problem(file)
        .ifPresent(
            text -> {
              throw new IllegalArgumentException(text);
            });
    try {
      if (Files.size(file) > BoundedBody.MOST_OCTETS) {
        throw new IllegalArgumentException(file + " is larger than 1 MiB");
      }
      JWKSet keys = JWKSet.parse(JSONObjectUtils.parse(Files.readString(file)));
      if (keys.isEmpty()) {
        throw new IllegalArgumentException(file + " holds no key");
      }
      return keys;
    } catch (ParseException e) {
      throw new IllegalArgumentException(file + " is no JWK set (RFC 7517)", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(Objects.requireNonNull(FileFailure.text(e)), e);
    }
  }

  private static CompletionException failure(String text) {
    return new CompletionException(new IOException(text));
  }
}
