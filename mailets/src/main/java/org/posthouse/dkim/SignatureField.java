/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.posthouse.message.HeaderField;

/** A signature as it stands in a header: what it claims, and what is wrong with its form. */
public final class SignatureField {
  /** Digits of t= and x= (RFC 6376 section 3.5). */
  private static final int TIME_DIGITS = 12;

  /**
   * How far ahead t= may lie, for clocks and zones that are wrong; dkimpy allows as much. What lies
   * further ahead may be held invalid (RFC 6376 section 3.5).
   */
  private static final Duration MOST_AHEAD = Duration.ofHours(10);

  /** Digits of l= that count here: no body is longer. */
  private static final int LENGTH_DIGITS = 18;

  private final HeaderField field;
  private final TagList tags;
  private final @Nullable SignatureAlgorithm algorithm;
  private final Canonicalization headerForm;
  private final Canonicalization bodyForm;
  private final String domain;
  private final String selector;
  private final List<String> signedNames;
  private final byte[] bodyHash;
  private final byte[] signature;
  private final OptionalLong length;
  private final OptionalLong signed;
  private final OptionalLong expiry;
  private final Optional<Refusal> problem;

  private SignatureField(HeaderField field, TagList tags, SignatureKind kind) {
    this.field = field;
    this.tags = tags;
    TagReader reader = new TagReader(tags, DkimStatus.NEUTRAL);
    SignatureRules rules = new SignatureRules(tags, reader, kind);
    rules.checkRequired();
    algorithm = rules.algorithm();
    String[] forms = reader.text("c", kind.defaultForms()).split("/", 2);
    headerForm = rules.form(forms[0]);
    bodyForm = rules.form(forms.length > 1 ? forms[1] : "simple");
    domain = reader.domain("d");
    selector = reader.domain("s");
    signedNames = kind.hasBody() ? reader.list("h", "") : List.of();
    bodyHash = kind.hasBody() ? reader.base64("bh") : new byte[0];
    signature = reader.base64("b");
    length = kind.hasBody() ? reader.number("l", LENGTH_DIGITS) : OptionalLong.empty();
    signed = reader.number("t", TIME_DIGITS);
    expiry = reader.number("x", TIME_DIGITS);
    reader.check(
        signed.isEmpty() || expiry.isEmpty() || expiry.getAsLong() > signed.getAsLong(),
        "x= is not after t=");
    rules.checkKind(signedNames, domain);
    problem = reader.problem();
  }

  /** Reads a field; empty when its value is no tag list. */
  public static Optional<SignatureField> read(HeaderField field, SignatureKind kind) {
    String line = field.line();
    return TagList.parse(line.substring(line.indexOf(':') + 1))
        .map(tags -> new SignatureField(field, tags, kind));
  }

  /** What makes it none, if anything does: a tag, or that it has expired or comes from ahead. */
  public Optional<Refusal> problem(Instant now) {
    if (problem.isPresent()) {
      return problem;
    }
    if (expiry.isPresent() && expiry.getAsLong() < now.getEpochSecond()) {
      return Optional.of(new Refusal(DkimStatus.PERMERROR, "signature expired"));
    }
    return signed.isPresent() && signed.getAsLong() > now.plus(MOST_AHEAD).getEpochSecond()
        ? Optional.of(new Refusal(DkimStatus.PERMERROR, "signature is of the future"))
        : Optional.empty();
  }

  /** Asks for the hash of the body that the signature covers; empty when too many were. */
  Optional<BodyHash> bodyHash(BodyHashes hashes) {
    return hashes.of(bodyForm, length);
  }

  /** What was signed: the chosen fields and this field without its b=. */
  byte[] signedOctets(SignedFields fields) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(2048);
    fields.canonical(signedNames, headerForm, field, octets);
    headerForm.field(unsigned(), octets);
    return octets.toByteArray();
  }

  /** The field with b= emptied. */
  public String unsigned() {
    String line = field.line();
    return line.substring(0, line.indexOf(':') + 1) + tags.without("b");
  }

  /** As it came. */
  public HeaderField field() {
    return field;
  }

  /** All tags, for those that only one kind has. */
  public TagList tags() {
    return tags;
  }

  /** a=; not null where there is no problem. */
  @Nullable SignatureAlgorithm algorithm() {
    return algorithm;
  }

  /** d= in ASCII and lower case; empty when it is malformed. */
  public String domain() {
    return domain;
  }

  /** s= in ASCII and lower case; empty when it is malformed. */
  public String selector() {
    return selector;
  }

  /** The names of h= in lower case. */
  public List<String> signedNames() {
    return signedNames;
  }

  /** i=, or what it is by default (RFC 6376 section 3.5). */
  String identity() {
    return tags.value("i").orElse("@" + domain);
  }

  /** The domain of i= in ASCII and lower case. */
  Optional<String> identityDomain() {
    String identity = identity();
    return DomainName.ascii(identity.substring(identity.lastIndexOf('@') + 1));
  }

  /** The verdict on the header, unless the body is not what was signed. */
  Verdict bodyVerdict(BodyHash hash, Verdict header) {
    if (hash.isShort()) {
      return new Verdict(DkimStatus.FAIL, "body is shorter than l=", header.key());
    }
    return MessageDigest.isEqual(hash.value(), bodyHash)
        ? header
        : new Verdict(DkimStatus.FAIL, "body hash does not match", header.key());
  }

  byte[] signature() {
    return signature;
  }
}
