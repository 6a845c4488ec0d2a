/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the tags of a signature must say (RFC 6376 sections 3.5 and 6.1.1, RFC 8617 section 4). */
final class SignatureRules {
  private final TagList tags;
  private final TagReader reader;
  private final SignatureKind kind;

  SignatureRules(TagList tags, TagReader reader, SignatureKind kind) {
    this.tags = tags;
    this.reader = reader;
    this.kind = kind;
  }

  void checkRequired() {
    for (String name : kind.required()) {
      reader.check(tags.has(name), name + "= is missing");
    }
    if (kind == SignatureKind.DKIM) {
      reader.check(reader.text("v").equals("1"), "v= is not 1");
    }
  }

  /** Null when there is none that may be used. */
  @Nullable SignatureAlgorithm algorithm() {
    String word = reader.text("a");
    Optional<SignatureAlgorithm> algorithm = SignatureAlgorithm.of(word);
    if (word.equals("rsa-sha1")) {
      reader.refuse(DkimStatus.POLICY, "rsa-sha1 is not accepted"); // RFC 8301 section 3.1
    }
    reader.check(algorithm.isPresent(), "unknown algorithm");
    return algorithm.orElse(null);
  }

  Canonicalization form(String word) {
    Optional<Canonicalization> form = Canonicalization.of(word);
    reader.check(form.isPresent(), "unknown canonicalization");
    return form.orElse(Canonicalization.SIMPLE);
  }

  void checkKind(List<String> signedNames, String domain) {
    switch (kind) {
      case DKIM -> checkDkim(signedNames, domain);
      case ARC_MESSAGE ->
          // RFC 8617 section 4.1.2: seals are never signed by it.
          reader.check(!signedNames.contains("arc-seal"), "h= names ARC-Seal");
      case ARC_SEAL ->
          reader.check(!tags.has("h") && !tags.has("bh"), "a seal has neither h= nor bh=");
    }
  }

  private void checkDkim(List<String> signedNames, String domain) {
    if (!signedNames.contains("from")) {
      reader.refuse(DkimStatus.PERMERROR, "From is not signed");
    }
    reader.check(reader.list("q", "dns/txt").contains("dns/txt"), "unknown query method");
    String identity = tags.value("i").orElse("@" + domain);
    Optional<String> of = DomainName.ascii(identity.substring(identity.lastIndexOf('@') + 1));
    boolean within = of.isPresent() && DomainName.isWithin(of.get(), domain);
    reader.check(identity.indexOf('@') >= 0 && within, "i= is not within d=");
  }
}
