/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.james.core.MaybeSender;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.base.test.FakeMail;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.authentication.Corpus;
import org.posthouse.dns.Dns;
import org.posthouse.dns.ScriptedDns;

class CheckAuthenticationTest {
  private static final String MESSAGE = Corpus.MESSAGE;

  /** What the corpus publishes, and who may send. */
  private final ScriptedDns dns = dns();

  private static ScriptedDns dns() {
    ScriptedDns dns = new ScriptedDns();
    Corpus.dns().texts().forEach((name, texts) -> dns.withTxt(name, texts.get(0)));
    return dns.withTxt("example.com", "v=spf1 ip4:192.0.2.0/24 -all")
        .withTxt("helo.example.com", "v=spf1 ip4:192.0.2.1 -all");
  }

  private static CheckAuthentication mailet(Dns dns, String... pairs) throws Exception {
    FakeMailetConfig.Builder config = FakeMailetConfig.builder().mailetName("CheckAuthentication");
    for (int i = 0; i < pairs.length; i += 2) {
      config.setProperty(pairs[i], pairs[i + 1]);
    }
    CheckAuthentication mailet = new CheckAuthentication(dns, Clock.systemUTC());
    mailet.init(config.build());
    return mailet;
  }

  private CheckAuthentication mailet() throws Exception {
    return mailet(dns, "authservId", "mx.example.net");
  }

  private static FakeMail mail(String text, String sender, String client) throws Exception {
    FakeMail mail =
        FakeMail.builder()
            .name("m")
            .sender(MaybeSender.getMailSender(sender))
            .recipient("bob@example.net")
            .remoteAddr(client)
            .mimeMessage(Messages.parse(text))
            .build();
    set(mail, "org.apache.james.HELO", "helo.example.com");
    return mail;
  }

  private static FakeMail mail(String text) throws Exception {
    return mail(text, "ann@example.com", "192.0.2.1");
  }

  private static void set(FakeMail mail, String name, String value) {
    mail.setAttribute(new Attribute(AttributeName.of(name), AttributeValue.of(value)));
  }

  private static String attributes(FakeMail mail) {
    return AuthenticationAttributes.ALL.stream()
        .flatMap(name -> mail.getAttribute(name).stream())
        .map(
            attribute ->
                attribute.getName().asString().replace("org.posthouse.auth.", "")
                    + "="
                    + text(attribute.getValue().value()))
        .collect(Collectors.joining("\n"));
  }

  private static String text(Object value) {
    return value instanceof Collection<?> many
        ? many.stream()
            .map(each -> String.valueOf(((AttributeValue<?>) each).value()))
            .collect(Collectors.joining(" "))
        : String.valueOf(value);
  }

  private static String written(FakeMail mail) throws Exception {
    return new String(Messages.written(mail.getMessage()), ISO_8859_1);
  }

  @Test
  void resultsShouldStandInAttributesAndOnTop() throws Exception {
    String text = Corpus.message("ARC: sealed twice");
    FakeMail mail = mail(text);
    mailet().service(mail);
    assertThat(attributes(mail))
        .isEqualTo(
            """
            spf=pass
            spf.domain=example.com
            dkim=pass
            dkim.signatures=pass:example.com
            dmarc=pass
            dmarc.policy=reject
            dmarc.author=example.com
            dmarc.policyDomain=example.com
            dmarc.aligned=spf:example.com dkim:example.com
            arc=pass
            arc.sealer=lists.example""");
    assertThat(written(mail).replaceFirst("header.b=\\S+;", "header.b=…;"))
        .isEqualTo(
            """
            Authentication-Results: mx.example.net;
            \tspf=pass smtp.mailfrom=ann@example.com;
            \tdkim=pass header.d=example.com header.i=@example.com header.s=rsa
            \theader.a=rsa-sha256 header.b=…;
            \tarc=pass header.oldest-pass=0 smtp.remote-ip=192.0.2.1;
            \tdmarc=pass policy.dmarc=reject header.from=example.com
            """
                    .replace("\n", "\r\n")
                + text);
  }

  @Test
  void failuresShouldBeExplained() throws Exception {
    FakeMail mail = mail(Corpus.message("body, relaxed"), "eve@evil.example", "198.51.100.7");
    mailet(dns, "authservId", "mx.example.net", "arc", "false").service(mail);
    assertThat(attributes(mail))
        .isEqualTo(
            """
            spf=none
            spf.domain=evil.example
            spf.reason=no policy is published
            dkim=fail
            dkim.signatures=fail:example.com
            dmarc=fail
            dmarc.policy=reject
            dmarc.author=example.com
            dmarc.policyDomain=example.com
            dmarc.reason=no aligned identifier""");
    assertThat(mail.getMessage().getHeader("Authentication-Results", null).replaceAll("\\s+", " "))
        .startsWith("mx.example.net;")
        .contains("spf=none reason=\"no policy is published\" smtp.mailfrom=eve@evil.example")
        .contains("dkim=fail reason=\"body hash does not match\"")
        .contains("dmarc=fail reason=\"no aligned identifier\" policy.dmarc=reject");
  }

  @Test
  void fieldsThatPretendToBeOursShouldGo() throws Exception {
    String forged =
        """
        Authentication-Results: MX.example.net; spf=pass
        authentication-results:
        \t(x) "mx.example.net" 1; dkim=pass
        Authentication-Results: other.example; spf=pass
        Authentication-Results: old.example.net; spf=pass
        """
            .replace("\n", "\r\n");
    FakeMail mail = mail(forged + MESSAGE);
    mailet(dns, "authservId", "mx.example.net", "alsoRemove", "old.example.net, x.example")
        .service(mail);
    String[] left = mail.getMessage().getHeader("Authentication-Results");
    assertThat(left).hasSize(2).endsWith("other.example; spf=pass");
    assertThat(left[0]).contains("spf=pass smtp.mailfrom");
    assertThat(written(mail))
        .endsWith("Authentication-Results: other.example; spf=pass\r\n" + MESSAGE);
    FakeMail all = mail(forged + MESSAGE);
    mailet(dns, "authservId", "mx.example.net", "alsoRemove", "*").service(all);
    assertThat(all.getMessage().getHeader("Authentication-Results")).hasSize(1);
  }

  @Test
  void lineThatIsNoFieldShouldBeNamedAndLeft() throws Exception {
    String forged = "Authentication-Results: mx.example.net; dkim=pass\r\n";
    String signed = Corpus.message("both");
    RawMessage message = new RawMessage(forged + "X: y\r\nPlease pay\r\n" + forged + signed);
    FakeMail mail = mail(MESSAGE);
    mail.setMessage(message);
    mailet().service(mail);
    String results = message.text().split("X: y", 2)[0];
    assertThat(results.replaceAll("\\s+", " "))
        .startsWith("Authentication-Results: mx.example.net; spf=pass smtp")
        .contains(
            "dkim=permerror reason=\"line 3 of the header is no field\" header.d=example.com",
            "arc=none;",
            "dmarc=permerror reason=\"line 3 of the header is no field\"")
        .doesNotContain("dkim=pass");
    // Behind the line, too: some read on.
    String header = signed.substring(0, signed.indexOf("\r\n\r\n") + 2);
    assertThat(message.text()).isEqualTo(results + "X: y\r\nPlease pay\r\n" + header);
    assertThat(attributes(mail))
        .contains("dkim=permerror", "dmarc=permerror", "dmarc.reason=line 3 of the header is no");
  }

  @Test
  void firstLineThatIsFoldedShouldNotGoOnWithTheResults() throws Exception {
    RawMessage message = new RawMessage("\t; dkim=pass header.d=bank.example\r\n" + MESSAGE);
    FakeMail mail = mail(MESSAGE);
    mail.setMessage(message);
    mailet().service(mail);
    assertThat(message.text()).startsWith("\t; dkim=pass").doesNotContain("mx.example.net");
    assertThat(attributes(mail)).contains("dkim=none", "dmarc=permerror");
  }

  @Test
  void receivedSpfShouldBeAddedByChoice() throws Exception {
    FakeMail mail = mail(MESSAGE);
    mailet(dns, "authservId", "mx.example.net", "receivedSpf", "true").service(mail);
    assertThat(written(mail)).contains("\r\nReceived-SPF: pass\r\n\tclient-ip=\"192.0.2.1\";");
    FakeMail without = mail(MESSAGE);
    mailet().service(without);
    assertThat(without.getMessage().getHeader("Received-SPF")).isNull();
  }

  @Test
  void clientShouldBeWhoARightSays() throws Exception {
    FakeMail mail = mail(MESSAGE, "ann@example.com", "10.0.0.1");
    set(mail, "org.posthouse.right.client", "192.0.2.77");
    mailet().service(mail);
    assertThat(attributes(mail)).startsWith("spf=pass");
    FakeMail proxy = mail(MESSAGE, "ann@example.com", "10.0.0.1");
    mailet().service(proxy);
    assertThat(attributes(proxy)).startsWith("spf=fail");
    FakeMail unknown = mail(MESSAGE, "ann@example.com", "no address");
    mailet().service(unknown);
    assertThat(attributes(unknown)).startsWith("spf=none").contains("spf.reason=client address");
  }

  @Test
  void reversePathShouldBeTheOneThatWasGiven() throws Exception {
    FakeMail mail = mail(MESSAGE, "changed@other.example", "192.0.2.1");
    set(mail, "org.posthouse.right.givenSender", "ann@example.com");
    mailet().service(mail);
    assertThat(attributes(mail)).contains("spf.domain=example.com");
    set(mail, "org.posthouse.right.givenSender", "<>");
    mailet().service(mail);
    assertThat(attributes(mail)).contains("spf.domain=helo.example.com");
    assertThat(mail.getMessage().getHeader("Authentication-Results"))
        .singleElement()
        .asString()
        .contains("spf=pass smtp.helo=helo.example.com");
  }

  @Test
  void heloShouldComeFromTheParameterWhereNoneIsRecorded() throws Exception {
    FakeMail mail = mail(MESSAGE, "ann@example.com", "192.0.2.1");
    mail.removeAttribute(AttributeName.of("org.apache.james.HELO"));
    set(mail, "org.posthouse.right.givenSender", "<>");
    mailet(dns, "authservId", "mx.example.net", "helo", "helo.example.com").service(mail);
    assertThat(attributes(mail)).contains("spf=pass", "spf.domain=helo.example.com");
  }

  @Test
  void secondCheckShouldReplaceTheFirst() throws Exception {
    FakeMail mail = mail(Corpus.message("both"));
    mailet().service(mail);
    String once = written(mail);
    mailet().service(mail);
    assertThat(written(mail)).isEqualTo(once);
    mailet(dns, "authservId", "mx.example.net", "dmarc", "false", "dkim", "false").service(mail);
    assertThat(attributes(mail)).isEqualTo("spf=pass\nspf.domain=example.com\narc=none");
  }

  @Test
  void timeShouldBeLimited() throws Exception {
    Dns slow =
        (name, type) -> {
          try {
            Thread.sleep(600);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return dns.ask(name, type);
        };
    FakeMail mail = mail(Corpus.message("both"), "ann@example.com", "192.0.2.1");
    long start = System.nanoTime();
    mailet(slow, "timeoutSeconds", "1").service(mail);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    // The key that decides about the author was asked for in time.
    assertThat(attributes(mail))
        .startsWith("spf=temperror")
        .contains("dkim.signatures=pass:example.com temperror:example.com", "dmarc=pass");
  }

  @Test
  void authservIdShouldBeTheHostsNameByDefault() throws Exception {
    FakeMail mail = mail(MESSAGE);
    mailet(dns).service(mail);
    assertThat(mail.getMessage().getHeader("Authentication-Results", null))
        .startsWith(InetAddress.getLocalHost().getHostName() + ";");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spf|maybe|<spf> is true or false, not 'maybe'",
        "authservID|x.example|unknown parameter <authservID>; did you mean <authservId>?",
        "authservId|a b|<authservId> is a name of DNS, not 'a b'",
        "alsoRemove|a;b|<alsoRemove> has names, or * alone, not 'a;b'",
        "alsoRemove|a.example, *|<alsoRemove> has names, or * alone, not '*'",
        "timeoutSeconds|0|<timeoutSeconds> must be a whole number above 0",
        "timeoutSeconds|20s|<timeoutSeconds> must be a whole number above 0",
      })
  void parameterThatIsWrongShouldBeRefused(String name, String value, String complaint) {
    assertThatThrownBy(() -> mailet(dns, name, value))
        .hasMessageStartingWith("mailet CheckAuthentication: ")
        .hasMessageContaining(complaint);
  }

  @Test
  void dmarcShouldNotStandAlone() {
    assertThatThrownBy(() -> mailet(dns, "spf", "false", "dkim", "false"))
        .hasMessageContaining("<dmarc> builds on <spf> and <dkim>");
  }

  /**
   * A thousand results, a hundred signatures, ten thousand authors; in a time that can be borne.
   */
  @Test
  void hostileMailShouldBeCheckedWithinBounds() throws Exception {
    String results = "Authentication-Results: ((\"mx.example.net; spf=pass\r\n".repeat(500);
    String foreign = "Authentication-Results: other.example; spf=pass\r\n".repeat(500);
    String signature = Corpus.message("both").split("From:", 2)[0];
    String authors =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "a" + i + "@d" + i + ".example")
            .collect(Collectors.joining(",\r\n "));
    FakeMail mail =
        mail(results + foreign + signature.repeat(50) + "From: " + authors + "\r\n\r\nbody\r\n");
    long start = System.nanoTime();
    mailet().service(mail);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(attributes(mail)).contains("dkim=fail", "dmarc=permerror", "domains in From");
    assertThat(dns.questions()).hasSizeLessThan(40);
    assertThat(mail.getMessage().getHeader("Authentication-Results")).hasSize(501);
    assertThat(mail.getMessage().getHeader("Authentication-Results")[0]).hasSizeLessThan(3000);
  }

  @Test
  void localPartBeyondAsciiShouldBeLeftOut() throws Exception {
    FakeMail mail = mail("From: a@example.com\r\n\r\nbody\r\n", "a@s1.test", "192.0.2.1");
    set(mail, "org.posthouse.right.givenSender", "J\u00f6rg@s1.test");
    mailet(dns, "authservId", "mx.example.net", "receivedSpf", "true").service(mail);
    assertThat(mail.getMessage().getHeader("Authentication-Results", null))
        .contains(" smtp.mailfrom=s1.test;");
    assertThat(mail.getMessage().getHeader("Received-SPF", null))
        .contains("envelope-from=\"s1.test\";");
  }

  @Test
  void hostileValuesShouldNotBreakOut() throws Exception {
    String text =
        """
        DKIM-Signature: v=1; a=rsa"; dmarc=pass; d=a.example; s=s(; h=from; bh=AA==;
         b="; x=y; i="x; spf=pass"@a.example
        From: "a; dmarc=pass" <"x;y"@b.example>

        body
        """
            .replace("\n", "\r\n");
    FakeMail mail = mail(text, "\"a;dkim=pass\"@evil.example", "192.0.2.1");
    set(mail, "org.apache.james.HELO", "x\r\nX-Injected: y");
    set(mail, "org.posthouse.right.givenSender", "\"a; dkim=pass\r\nX: y\"@evil.example");
    mailet(dns, "authservId", "mx.example.net", "receivedSpf", "true").service(mail);
    assertThat(mail.getMessage().getHeader("X-Injected")).isNull();
    assertThat(mail.getMessage().getHeader("X")).isNull();
    assertThat(mail.getMessage().getHeader("Authentication-Results", null))
        .contains("smtp.mailfrom=\"\\\"a; dkim=pass??X: y\\\"@evil.example\"")
        .doesNotContain("\n\tdkim=pass", "\tdmarc=pass");
    assertThat(attributes(mail)).contains("dkim=neutral", "dmarc=none");
  }
}
