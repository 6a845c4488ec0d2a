/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.posthouse.arc.ArcResult;
import org.posthouse.arc.ArcSealer;
import org.posthouse.arc.ArcSealing;
import org.posthouse.arc.ArcVerifier;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.Canonicalization;
import org.posthouse.dkim.DkimSigner;
import org.posthouse.dkim.HeaderSelection;
import org.posthouse.dkim.MemoryDns;
import org.posthouse.dkim.PublishedKey;
import org.posthouse.dkim.RawMessage;
import org.posthouse.dkim.SignatureTerms;
import org.posthouse.dkim.TestKeys;

/** Signed, altered and forged mail, and what is right to say of it. */
public final class Corpus {
  public static final String MESSAGE =
      String.join(
          "\r\n",
          "From: Ann <ann@example.com>",
          "To: Bob <bob@example.net>",
          "Subject: A  subject of",
          " two lines",
          "Date: Tue, 24 Nov 2026 10:00:00 +0000",
          "Message-ID: <1@example.com>",
          "",
          "Dear Bob,",
          "",
          "here is  some text. ",
          "Ann",
          "");

  private static final KeyPair SHORT = TestKeys.generate("RSA", 1024);
  private static final Clock CLOCK = Clock.systemUTC();

  /**
   * A message and its verdicts.
   *
   * @param dkim a word for each signature, from the top
   */
  public record Case(String name, String message, String dkim, String arc, String dmarc) {}

  private final List<Case> cases = new ArrayList<>();

  private Corpus() throws GeneralSecurityException, IOException {
    intact();
    altered();
    tampered();
    forged();
    stray();
    sealed();
  }

  private static final List<Case> ALL = make();

  private static List<Case> make() {
    try {
      return List.copyOf(new Corpus().cases);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All of them. */
  public static List<Case> all() {
    return ALL;
  }

  /** The message of a case. */
  public static String message(String name) {
    return ALL.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow()
        .message();
  }

  /** What the senders publish. */
  public static MemoryDns dns() {
    try {
      String rsa = PublishedKey.record(TestKeys.RSA.getPublic());
      return TestKeys.dns()
          .text("short._domainkey.example.com", PublishedKey.record(SHORT.getPublic()))
          .text("revoked._domainkey.example.com", "v=DKIM1; k=rsa; p=")
          .text("broken._domainkey.example.com", "v=DKIM1; k=rsa; p=!!!!")
          .text("wrong._domainkey.example.com", PublishedKey.record(SHORT.getPublic()))
          .text("rsa._domainkey.mail.example.com", rsa)
          .text("rsa._domainkey.evil.example", rsa)
          .text("rsa._domainkey.lists.example", rsa)
          .text("_dmarc.example.com", "v=DMARC1; p=reject; adkim=r");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String signed(String message, SignatureTerms... terms)
      throws GeneralSecurityException, IOException {
    RawMessage raw = RawMessage.of(message);
    List<String> lines = new DkimSigner(List.of(terms), CLOCK).sign(raw.fields(), raw.open());
    return String.join("\r\n", lines) + "\r\n" + message;
  }

  static SignatureTerms rsa() {
    return terms("example.com");
  }

  static SignatureTerms terms(String domain) {
    return SignatureTerms.of(domain, "rsa", TestKeys.signing(TestKeys.RSA));
  }

  private static SignatureTerms terms(String selector, KeyPair key) {
    return SignatureTerms.of("example.com", selector, TestKeys.signing(key));
  }

  private void add(String name, String message, String dkim, String dmarc) {
    cases.add(new Case(name, message, dkim, "none", dmarc));
  }

  private void intact() throws GeneralSecurityException, IOException {
    add("not signed", MESSAGE, "", "fail");
    for (Canonicalization header : Canonicalization.values()) {
      for (Canonicalization body : Canonicalization.values()) {
        String forms = " " + header.word() + "/" + body.word();
        SignatureTerms ed = terms("ed", TestKeys.ED25519).withForms(header, body);
        add("rsa" + forms, signed(MESSAGE, rsa().withForms(header, body)), "pass", "pass");
        add("ed25519" + forms, signed(MESSAGE, ed), "pass", "pass");
      }
    }
    add("both", signed(MESSAGE, rsa(), terms("ed", TestKeys.ED25519)), "pass pass", "pass");
    add("1024 bits", signed(MESSAGE, terms("short", SHORT)), "pass", "pass");
    add("domain below", signed(MESSAGE, terms("mail.example.com")), "pass", "pass");
    add("i=", signed(MESSAGE, rsa().withIdentity("ann@x.example.com")), "pass", "pass");
    add("x= to come", signed(MESSAGE, rsa().withLifetime(Duration.ofDays(1))), "pass", "pass");
    add("no t=", signed(MESSAGE, rsa().withoutTimestamp()), "pass", "pass");
    add("signed twice", signed(signed(MESSAGE, rsa()), rsa()), "pass pass", "pass");
    String few = "From, Subject";
    add(
        "few fields",
        signed(MESSAGE, rsa().withFields(HeaderSelection.oversigned(few))),
        "pass",
        "pass");
    add("no body", signed("From: ann@example.com\r\n\r\n", rsa()), "pass", "pass");
  }

  /** Changes that one canonical form overlooks, and changes that none does. */
  private void altered() throws GeneralSecurityException, IOException {
    change("received on top", m -> "Received: from a by b; today\r\n" + m, "pass", "pass");
    change("field added", m -> "X-New: y\r\n" + m, "pass", "pass");
    change("lines added at the end", m -> m + "\r\n\r\n", "pass", "pass");
    change(
        "blanks in the body", m -> m.replace("is  some text. ", "is some text."), "fail", "pass");
    change("name of a field", m -> m.replace("Subject:", "SUBJECT:"), "fail", "pass");
    change("other fold", m -> m.replace("of\r\n two", "of\r\n\t two"), "fail", "pass");
    change("body", m -> m.replace("Dear", "dear"), "fail", "fail");
    change("body longer", m -> m + "PS\r\n", "fail", "fail");
    change("body shorter", m -> m.replace("\r\nAnn\r\n", "\r\n"), "fail", "fail");
    change("subject", m -> m.replace("subject", "Subject"), "fail", "fail");
    change("subject prefix", m -> m.replace("A  subject", "[list] A  subject"), "fail", "fail");
    change(
        "author",
        m -> m.replace("ann@example.com>\r\nTo", "bea@example.com>\r\nTo"),
        "fail",
        "fail");
    change("second subject", m -> "Subject: Another\r\n" + m, "fail", "fail");
    change(
        "date gone",
        m -> m.replace("Date: Tue, 24 Nov 2026 10:00:00 +0000\r\n", ""),
        "fail",
        "fail");
    // Whoever reads the other From is deceived, so it fails though nothing of it was signed.
    SignatureTerms once = rsa().withFields(HeaderSelection.oversigned("Subject, From"));
    add("second author", "From: ceo@example.com\r\n" + signed(MESSAGE, once), "fail", "fail");
  }

  private void change(String name, UnaryOperator<String> change, String simple, String relaxed)
      throws GeneralSecurityException, IOException {
    SignatureTerms strict = rsa().withForms(Canonicalization.SIMPLE, Canonicalization.SIMPLE);
    add(name + ", simple", change.apply(signed(MESSAGE, strict)), simple, simple);
    add(name + ", relaxed", change.apply(signed(MESSAGE, rsa())), relaxed, relaxed);
  }

  /** Signatures that are none, or are not right. */
  private void tampered() throws GeneralSecurityException, IOException {
    String signed = signed(MESSAGE, rsa());
    add("b= changed", signed.replaceFirst("(\\sb=)....", "$1AAAA"), "fail", "fail");
    add("bh= changed", signed.replaceFirst("bh=....", "bh=AAAA"), "fail", "fail");
    add("t= changed", signed.replaceFirst("(\\st=)\\d", "$10"), "fail", "fail");
    add("v=2", signed.replaceFirst("v=1", "v=2"), "neutral", "fail");
    add("no d=", signed.replaceFirst(" d=example.com;", ""), "neutral", "fail");
    add("a= unknown", signed.replaceFirst("rsa-sha256", "rsa-md5"), "neutral", "fail");
    add("no tags", signed.replaceFirst("v=1;", "hello there"), "neutral", "fail");
    add(
        "i= elsewhere",
        signed(MESSAGE, rsa().withIdentity("@m.example.com"))
            .replaceFirst("@m.example.com", "@evil.example"),
        "neutral",
        "fail");
    add("selector without key", signed.replaceFirst("s=rsa", "s=nothing"), "permerror", "fail");
    add("key revoked", signed(MESSAGE, terms("revoked", TestKeys.RSA)), "permerror", "fail");
    add("key broken", signed(MESSAGE, terms("broken", TestKeys.RSA)), "permerror", "fail");
    add("key of another", signed(MESSAGE, terms("wrong", TestKeys.RSA)), "fail", "fail");
    add("expired", expired(), "permerror", "fail");
    add(
        "one of two right",
        signed(
            signed(MESSAGE, rsa()).replaceFirst("bh=....", "bh=AAAA"),
            terms("ed", TestKeys.ED25519)),
        "pass fail",
        "pass");
  }

  private static String expired() throws GeneralSecurityException, IOException {
    RawMessage raw = RawMessage.of(MESSAGE);
    Clock past = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    SignatureTerms brief = rsa().withLifetime(Duration.ofDays(1));
    List<String> lines = new DkimSigner(List.of(brief), past).sign(raw.fields(), raw.open());
    return lines.get(0) + "\r\n" + MESSAGE;
  }

  private void forged() throws GeneralSecurityException, IOException {
    add("signed by another", signed(MESSAGE, terms("evil.example")), "pass", "fail");
    String copied = signed(MESSAGE, rsa()).split("From:", 2)[0];
    add("signature of another mail", copied + MESSAGE.replace("text", "link"), "fail", "fail");
    String evil = MESSAGE.replace("ann@example.com>\r\nTo", "ann@evil.example>\r\nTo");
    add("author without policy", signed(evil, terms("evil.example")), "pass", "none");
    add("no author", MESSAGE.replaceFirst("From:[^\r]*\r\n", ""), "", "permerror");
    add(
        "authors of two domains",
        MESSAGE.replace("com>\r\nTo", "com>, eve@evil.example\r\nTo"),
        "",
        "fail");
  }

  /** Lines that are no field, which some show as the body, with all that follows. */
  private void stray() throws GeneralSecurityException, IOException {
    String signed = signed(MESSAGE, rsa());
    String text = "Please pay 1000 EUR to the new account\r\n";
    add("stray line, not signed", text + MESSAGE, "", "fail");
    add("stray line on top", text + signed, "permerror", "fail");
    add("stray line inside", signed.replace("To: Bob", text + "To: Bob"), "permerror", "fail");
    add("stray line last", signed.replace("\r\n\r\n", "\r\n" + text + "\r\n"), "permerror", "fail");
    add("stray line with a colon", "To be paid: 1000 EUR\r\n" + signed, "permerror", "fail");
    add(
        "stray line of mbox",
        "From jdoe Mon Nov 30 12:00:00 2026\r\n" + signed,
        "permerror",
        "fail");
    add("stray line, two signatures", text + signed(signed, rsa()), "permerror permerror", "fail");
    cases.add(new Case("stray line, ARC", text + seal(signed), "permerror", "fail", "fail"));
  }

  private void sealed() throws GeneralSecurityException, IOException {
    String signed = signed(MESSAGE, rsa());
    String one = seal(signed);
    String two = seal("Received: from lists.example by mx\r\n" + one);
    arc("sealed once", one, "pass", "pass");
    arc("sealed twice", two, "pass", "pass");
    String changed = MESSAGE.replace("A  subject", "[list] A  subject");
    arc("changed, then sealed", seal(signed.replace(MESSAGE, changed)), "fail", "pass");
    arc("sealed, then changed", one.replace("Dear", "dear"), "fail", "fail");
    arc("sealed, changed, sealed", seal(one.replace("Dear", "dear")), "fail", "fail");
    arc("seal changed", one.replaceFirst("(?s)(ARC-Seal:.*?\\sb=)....", "$1AAAA"), "pass", "fail");
    arc("results changed", one.replaceFirst("spf=pass", "spf=fail"), "pass", "fail");
    arc("seal gone", one.substring(one.indexOf("ARC-Message-Signature")), "pass", "fail");
    arc(
        "first set gone",
        two.replace(one.substring(0, one.indexOf("DKIM-Signature")), ""),
        "pass",
        "fail");
  }

  private void arc(String name, String message, String dkim, String arc) {
    cases.add(new Case("ARC: " + name, message, dkim, arc, dkim));
  }

  private static String seal(String message) throws GeneralSecurityException, IOException {
    RawMessage raw = RawMessage.of(message);
    ArcResult received = new ArcVerifier(dns(), CLOCK).verify(raw.fields(), raw.open());
    BodyHashes hashes = BodyHashes.received();
    SignatureTerms terms = terms("lists.example");
    ArcSealing sealing = new ArcSealer(terms, "lists.example", CLOCK).begin(raw.fields(), hashes);
    hashes.readAll(new ByteArrayInputStream(raw.body().getBytes(ISO_8859_1)));
    List<String> lines = sealing.lines(received, "spf=pass smtp.mailfrom=ann@example.com");
    return String.join("\r\n", lines) + "\r\n" + message;
  }
}
