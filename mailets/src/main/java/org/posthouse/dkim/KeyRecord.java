/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key as the DNS publishes it (RFC 6376 section 3.6.1). Tags that it does not know, such as the
 * g= of RFC 4871, say nothing.
 */
public final class KeyRecord {
  private final boolean testing;
  private final boolean strict;
  private final boolean revoked;
  private final @Nullable SignatureAlgorithm algorithm;
  private final @Nullable PublicKey key;
  private final Optional<Refusal> problem;

  private KeyRecord(TagList tags) {
    TagReader reader = new TagReader(tags, DkimStatus.PERMERROR);
    if (tags.has("v")) {
      boolean first = tags.beginsWith("v") && reader.text("v").equals("DKIM1");
      reader.check(first, "key record of another version");
    }
    List<String> flags = reader.list("t", "");
    testing = flags.contains("y");
    strict = flags.contains("s");
    List<String> services = reader.list("s", "*");
    reader.check(services.contains("*") || services.contains("email"), "key is not for mail");
    reader.check(reader.list("h", "sha256").contains("sha256"), "key is not for SHA-256");
    reader.check(tags.has("p"), "key record has no p=");
    revoked = tags.value("p").filter(String::isEmpty).isPresent();
    reader.check(!revoked, "key is revoked");
    algorithm = ofType(reader.text("k", "rsa").toLowerCase(Locale.ROOT));
    reader.check(algorithm != null, "unknown type of key");
    key = reader.problem().isPresent() || algorithm == null ? null : decode(reader, algorithm);
    problem = reader.problem();
  }

  /** Reads a record; empty when it is no tag list. */
  public static Optional<KeyRecord> read(String text) {
    return TagList.parse(text).map(KeyRecord::new);
  }

  /** Why no signature can be checked with it, if so. */
  public Optional<Refusal> problem() {
    return problem;
  }

  /** Whether the domain says that it only tries DKIM out (t=y). */
  public boolean testing() {
    return testing;
  }

  /** Whether p= is there and empty. */
  public boolean revoked() {
    return revoked;
  }

  /** Null where there is a problem. */
  public @Nullable PublicKey key() {
    return key;
  }

  /** The bits of an RSA modulus, 256 for Ed25519, 0 where there is a problem. */
  public int bits() {
    if (key instanceof RSAKey rsa) {
      return rsa.getModulus().bitLength();
    }
    return key == null ? 0 : 256;
  }

  /** Why that signature may not use this key, if so (RFC 6376 section 6.1.2). */
  Optional<Refusal> refusal(SignatureField signature, SignatureKind kind) {
    if (problem.isPresent()) {
      return problem;
    }
    if (algorithm != signature.algorithm()) {
      return permerror("key is for another algorithm");
    }
    if (kind != SignatureKind.DKIM) {
      return Optional.empty();
    }
    boolean same = signature.identityDomain().equals(Optional.of(signature.domain()));
    return strict && !same ? permerror("key is not for subdomains") : Optional.empty();
  }

  private static Optional<Refusal> permerror(String reason) {
    return Optional.of(new Refusal(DkimStatus.PERMERROR, reason));
  }

  private static @Nullable SignatureAlgorithm ofType(String type) {
    for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
      if (algorithm.keyType().equals(type)) {
        return algorithm;
      }
    }
    return null;
  }

  private static @Nullable PublicKey decode(TagReader reader, SignatureAlgorithm algorithm) {
    try {
      return PublicKeys.decode(algorithm, reader.base64("p"));
    } catch (GeneralSecurityException e) {
      reader.check(false, "p= is no key");
      return null;
    }
  }
}
