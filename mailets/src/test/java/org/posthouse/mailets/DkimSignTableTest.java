/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.mail.internet.MimeMessage;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.test.FakeMail;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.dkim.Dkimpy;
import org.posthouse.dkim.MemoryDns;
import org.posthouse.dkim.PublishedKey;
import org.posthouse.dkim.TestKeys;
import org.posthouse.signing.ConfDirectory;
import org.posthouse.signing.TestClock;

class DkimSignTableTest {
  private static final String TABLE =
      """
      <dkim>
        <domain name="example.com" subdomains="true">
          <key selector="rsa" file="dkim/rsa.pem"/>
          <key selector="ed" file="dkim/ed.pem"/>
          <key selector="next" file="dkim/other.pem" from="2027-01-01"/>
        </domain>
        <domain name="over.example">
          <key selector="rsa" file="dkim/rsa.pem" until="2026-01-01"/>
        </domain>
      </dkim>
      """;
  private static final String DEFAULT =
      "<default signs='relay.example'><key selector='rsa' file='dkim/rsa.pem'/></default></dkim>";

  private final TestClock clock = new TestClock("2026-11-29T12:00:00Z");
  private final MemoryDns dns = TestKeys.dns();
  private final KeptQueues queues = new KeptQueues();
  private final KeyTables tables = new KeyTables(clock);
  private final List<DkimSign> mailets = new ArrayList<>();
  @TempDir Path home;
  private ConfDirectory conf;

  @BeforeEach
  void setUp() throws Exception {
    conf = ConfDirectory.in(home);
    conf.table(TABLE);
  }

  @AfterEach
  void tearDown() {
    mailets.forEach(DkimSign::destroy);
  }

  private DkimSign mailet(String... parameters) throws Exception {
    FakeMailetConfig.Builder config =
        FakeMailetConfig.builder().mailetName("DkimSign").setProperty("keyTable", "dkim.xml");
    for (int i = 0; i < parameters.length; i += 2) {
      config.setProperty(parameters[i], parameters[i + 1]);
    }
    DkimSign mailet = new DkimSign(new TempFiles(home), dns, queues, tables, clock);
    mailets.add(mailet);
    mailet.init(config.build());
    return mailet;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<a@example.com> <b@other.example>",
        "a@other.example@example.com",
        "b@other.example: a@example.com;"
      })
  void fromThatCannotBeReadShouldBeSignedByTheDefaultOrNotAtAll(String from) throws Exception {
    FakeMail unsigned = mail("From: " + from + "\r\n");
    mailet().service(unsigned);
    assertThat(signatures(unsigned)).isEmpty();

    FakeMail signed = mail("From: " + from + "\r\n");
    Files.writeString(conf.conf().resolve("more.xml"), TABLE.replace("</dkim>", DEFAULT));
    mailet("keyTable", "more.xml").service(signed);
    assertThat(signatures(signed)).singleElement().asString().contains("d=relay.example;");
  }

  private static FakeMail mail(String from) throws Exception {
    return mail(Messages.parse(text(from)));
  }

  private static FakeMail mail(MimeMessage message) throws Exception {
    return FakeMail.builder()
        .name("m")
        .state("transport")
        .recipient("b@r.example")
        .mimeMessage(message)
        .build();
  }

  private static String text(String from) {
    return from
        + "Subject: s\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\nbody \u00c3\u00a9\r\n";
  }

  private static List<String> signatures(Mail mail) throws Exception {
    String[] fields = mail.getMessage().getHeader("DKIM-Signature");
    return fields == null
        ? List.of()
        : Arrays.stream(fields).map(field -> field.replaceAll("\\s+", " ")).toList();
  }

  private static String written(Mail mail) throws Exception {
    return new String(Messages.written(mail.getMessage()), ISO_8859_1);
  }

  private static List<String> keys(Mail mail) throws Exception {
    return signatures(mail).stream()
        .map(field -> field.replaceAll("(?s).* d=([^;]*); s=([^;]*);.*", "$2.$1"))
        .toList();
  }

  private static Optional<Object> attribute(Mail mail, String name) {
    return mail.getAttribute(AttributeName.of(name)).map(found -> found.getValue().value());
  }

  @Test
  void convertedMailShouldLoseOnlyTheSignaturesThatWereOurs() throws Exception {
    String theirs = "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=theirs; b=eA==\r\n";
    FakeMail mail = mail(theirs + "From: a@example.com\r\n");
    List<String> all = List.of("rsa.example.com", "ed.example.com", "theirs.example.com");
    DkimSign mailet = mailet();
    mailet.service(mail);
    assertThat(keys(mail)).containsExactlyElementsOf(all);
    String before = written(mail);
    mail.setMessage(Messages.parse(before.replace("body \u00c3\u00a9", "body =C3=A9")));
    mail.setAttribute(Attribute.convertToAttribute("org.posthouse.converted", true));
    mailet.service(mail);
    assertThat(keys(mail)).containsExactlyElementsOf(all);
    Path directory = Files.createDirectory(home.resolve("python"));
    assertThat(Dkimpy.verify("dkim", List.of(written(mail)), dns, directory))
        .containsExactly("pass pass fail");
  }

  @Test
  void tableShouldBeComparedAtStartByWhoComparesItLater() throws Exception {
    mailet("checkDns", "off");
    assertThat(tables.compared()).isEmpty();
    mailet();
    mailet("checkDns", "skip", "keyTable", home.resolve("conf/dkim/../dkim.xml").toString());
    assertThat(tables.compared()).hasSize(1);
  }

  @Test
  void mailShouldPassUnsignedUntilThereIsAKey() throws Exception {
    conf.table("<dkim>\n<domain name='example.com'/>\n</dkim>");
    FakeMail mail = mail("From: a@example.com\r\n");
    mailet().service(mail);
    assertThat(signatures(mail)).isEmpty();
  }

  @Test
  void allActiveKeysShouldSignAndDkimpyShouldVerifyBoth() throws Exception {
    Mail mail = mail("From: a@example.com\r\n");
    String before = written(mail);
    mailet().service(mail);
    assertThat(keys(mail)).containsExactly("rsa.example.com", "ed.example.com");
    assertThat(written(mail)).startsWith("DKIM-Signature: ").endsWith(before);
    assertThat(
            Dkimpy.verify(
                "dkim", List.of(written(mail)), dns, Files.createDirectory(home.resolve("py"))))
        .containsExactly("pass pass");
  }

  @ParameterizedTest
  @CsvSource({
    "From: a@sub.example.com, rsa.example.com ed.example.com",
    "From: a@other.example, ''",
    "From: a@over.example, ''",
    "X-From: a@example.com, ''"
  })
  void fromShouldChooseTheKeys(String from, String keys) throws Exception {
    Mail mail = mail(from + "\r\n");
    mailet().service(mail);
    assertThat(String.join(" ", keys(mail))).isEqualTo(keys);
    assertThat(mail.getState()).isEqualTo("transport");
  }

  @Test
  void defaultShouldSignAllOtherMail() throws Exception {
    conf.table(TABLE.replace("</dkim>", DEFAULT));
    DkimSign mailet = mailet("checkDns", "off");
    for (String from :
        List.of("From: a@other.example\r\n", "", "From: a\r\nFrom: b@example.com\r\n")) {
      Mail mail = mail(from);
      mailet.service(mail);
      assertThat(keys(mail)).as(from).containsExactly("rsa.relay.example");
    }
  }

  @Test
  void keyShouldSignFromItsDateOn() throws Exception {
    DkimSign mailet = mailet("checkDns", "off");
    clock.advance(Duration.ofDays(40));
    Mail mail = mail("From: a@example.com\r\n");
    mailet.service(mail);
    assertThat(keys(mail)).contains("next.example.com");
  }

  @Test
  void whenNoKeyShouldSayWhatBecomesOfTheMail() throws Exception {
    Mail mail = mail("From: a@other.example\r\n");
    DkimSign mailet = mailet("whenNoKey", "unsigned");
    mailet.service(mail);
    assertThat(mail.getState()).isEqualTo("unsigned");
    assertThat(mail.getErrorMessage())
        .isEqualTo("5.7.5 (mail from other.example is not signed: no key of the table is for it)");
    assertThat(attribute(mail, "delivery-error")).contains(mail.getErrorMessage());
    assertThat(mailet.requiredProcessingState()).containsExactly(new ProcessingState("unsigned"));
    Mail nobodys = mail("From: a@x.example, b@y.example;\r\n");
    mailet.service(nobodys);
    assertThat(nobodys.getErrorMessage()).contains("mail whose From names no single author");
    assertThatThrownBy(() -> mailet("whenNoKey", "fail").service(mail("From: a@other.example\r\n")))
        .hasMessage("mail from other.example is not signed: no key of the table is for it");
  }

  /** The line is the third: a field above it has two. */
  @Test
  void messageWithALineThatIsNoFieldShouldHaveNoKey() throws Exception {
    conf.table(TABLE.replace("</dkim>", DEFAULT));
    String text = text("From: a@example.com,\r\n b@example.com\r\nPlease pay 1000 EUR\r\n");
    FakeMail unsigned = mail(Messages.parse(text));
    mailet().service(unsigned);
    assertThat(written(unsigned)).isEqualTo(text);
    assertThat(unsigned.getState()).isEqualTo("transport");

    FakeMail elsewhere = mail(Messages.parse(text));
    mailet("whenNoKey", "odd").service(elsewhere);
    assertThat(written(elsewhere)).isEqualTo(text);
    assertThat(elsewhere.getState()).isEqualTo("odd");
    assertThat(elsewhere.getErrorMessage())
        .isEqualTo("5.6.0 (mail from example.com is not signed: line 3 of the header is no field)");
    assertThatThrownBy(() -> mailet("whenNoKey", "fail").service(mail(Messages.parse(text))))
        .hasMessage("mail from example.com is not signed: line 3 of the header is no field");
    assertThat(dns.asked()).isEmpty();
  }

  /** It tells the sender of a mail that was not signed, perhaps. */
  @ParameterizedTest
  @ValueSource(strings = {"unsigned", "fail"})
  void reportOfTheRelayShouldPassUnsignedWhateverBecomesOfOtherMail(String whenNoKey)
      throws Exception {
    Mail report = mail("From: postmaster@relay.example\r\n");
    report.setAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE);
    mailet("whenNoKey", whenNoKey).service(report);
    assertThat(report.getState()).isEqualTo("transport");
    assertThat(attribute(report, "delivery-error")).isEmpty();
    assertThat(signatures(report)).isEmpty();
  }

  /** As one that was forwarded: to stock's matchers it is the relay's own. */
  @ParameterizedTest
  @CsvSource({"org.posthouse.right, local, false", "org.posthouse.right, login, false", ", , true"})
  void otherMailShouldNotPassAsAReport(String name, String value, boolean hasSender)
      throws Exception {
    FakeMail.Builder builder =
        FakeMail.builder()
            .name("m")
            .state("transport")
            .recipient("b@r.example")
            .mimeMessage(Messages.parse(text("From: a@other.example\r\n")));
    FakeMail mail = (hasSender ? builder.sender("a@other.example") : builder).build();
    mail.setAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE);
    if (name != null) {
      mail.setAttribute(Attribute.convertToAttribute(name, value));
    }
    mailet("whenNoKey", "unsigned").service(mail);
    assertThat(mail.getState()).isEqualTo("unsigned");
  }

  @Test
  void signatureThatHoldsShouldNotBeMadeAgain() throws Exception {
    DkimSign mailet = mailet();
    Mail mail = mail("From: a@example.com\r\n");
    mailet.service(mail);
    String once = written(mail);
    mailet.service(mail);
    assertThat(written(mail)).isEqualTo(once);
  }

  @Test
  void brokenSignatureShouldBeMadeAgain() throws Exception {
    DkimSign mailet = mailet();
    Mail mail = mail("From: a@example.com\r\n");
    mailet.service(mail);
    Mail changed = mail(Messages.parse(written(mail).replace("body", "other body")));
    mailet.service(changed);
    assertThat(keys(changed)).hasSize(4);
    assertThat(
            Dkimpy.verify(
                "dkim", List.of(written(changed)), dns, Files.createDirectory(home.resolve("py"))))
        .containsExactly("pass pass fail fail");
  }

  @Test
  void oneSignatureThatHoldsShouldLeaveTheOtherToBeMade() throws Exception {
    DkimSign both = mailet();
    Mail mail = mail("From: a@example.com\r\n");
    both.service(mail);
    String onlyRsa =
        written(mail)
            .replaceFirst("(?s)(DKIM-Signature: v=1; a=rsa.*?)DKIM-Signature:.*?(From:)", "$1$2");
    Mail half = mail(Messages.parse(onlyRsa));
    both.service(half);
    assertThat(keys(half)).containsExactly("ed.example.com", "rsa.example.com");
  }

  @Test
  void parametersShouldShapeTheSignature() throws Exception {
    Mail mail = mail("From: a@sub.example.com\r\n");
    mailet(
            "canonicalization", "simple/relaxed",
            "headers", "From, Subject, Date",
            "oversign", "Subject, Cc",
            "expires", "14 d",
            "identity", "from")
        .service(mail);
    assertThat(signatures(mail))
        .hasSize(2)
        .allSatisfy(
            field ->
                assertThat(field)
                    .contains(" c=simple/relaxed;", " i=@sub.example.com;")
                    .contains(" h=from:subject:subject:date:cc;".replace("from:", "from:from:"))
                    .contains(" t=1795953600;", " x=1797163200;"));
    Mail plain = mail("From: a@sub.example.com\r\n");
    mailet("headers", "Subject", "oversign", "none", "timestamp", "false").service(plain);
    assertThat(signatures(plain).get(0))
        .contains(" h=from:subject;")
        .doesNotContain(" t=", " x=", " i=");
  }

  @Test
  void contradictedKeyShouldSignAllTheSameWithAnEvent() throws Exception {
    dns.texts().remove("ed._domainkey.example.com");
    Mail mail = mail("From: a@example.com\r\n");
    mailet().service(mail);
    assertThat(keys(mail)).hasSize(2);
    assertThat(attribute(mail, "org.posthouse.dkim.contradicted"))
        .contains("ed._domainkey.example.com: missing");
  }

  @Test
  void contradictedKeyShouldBeLeftOut() throws Exception {
    dns.texts().put("rsa._domainkey.example.com", List.of("v=DKIM1; p="));
    Mail mail = mail("From: a@example.com\r\n");
    mailet("checkDns", "skip").service(mail);
    assertThat(keys(mail)).containsExactly("ed.example.com");
    dns.texts().remove("ed._domainkey.example.com");
    clock.advance(Duration.ofHours(1));
    Mail none = mail("From: a@example.com\r\n");
    String before = written(none);
    mailet("checkDns", "skip").service(none);
    assertThat(written(none)).isEqualTo(before);
  }

  @Test
  void dnsWithoutAnAnswerShouldNotStopASignature() throws Exception {
    dns.failing("rsa._domainkey.example.com").failing("ed._domainkey.example.com");
    Mail mail = mail("From: a@example.com\r\n");
    mailet("checkDns", "defer").service(mail);
    assertThat(keys(mail)).hasSize(2);
    assertThat(attribute(mail, "org.posthouse.dkim.contradicted")).isEmpty();
  }

  @Test
  void mailShouldWaitUntilTheRecordIsThere() throws Exception {
    dns.texts()
        .put(
            "rsa._domainkey.example.com",
            List.of(PublishedKey.record(TestKeys.generate("RSA", 2048).getPublic())));
    DkimSign mailet = mailet("checkDns", "defer", "deferFor", "10 min");
    Mail mail = mail("From: a@example.com\r\n");
    mailet.service(mail);
    assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    assertThat(queues.kept)
        .containsExactly(new KeptQueues.Kept("spool", mail, "transport", Duration.ofMinutes(10)));
    assertThat(signatures(mail)).isEmpty();
    assertThat(mail.getAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE.getName())).isEmpty();

    dns.texts()
        .put("rsa._domainkey.example.com", List.of(PublishedKey.record(TestKeys.RSA.getPublic())));
    clock.advance(Duration.ofMinutes(10));
    mail.setState("transport");
    mailet.service(mail);
    assertThat(keys(mail)).hasSize(2);
    assertThat(mail.getState()).isEqualTo("transport");
    assertThat(attribute(mail, "org.posthouse.dkim.deferredSince")).isEmpty();
    assertThat(attribute(mail, "org.posthouse.dkim.contradicted")).isEmpty();
  }

  @Test
  void mailShouldNotWaitForEver() throws Exception {
    dns.texts().clear();
    DkimSign mailet =
        mailet("checkDns", "defer", "deferAtMost", "1 h", "deferProcessor", "unsigned");
    assertThat(mailet.requiredProcessingState()).containsExactly(new ProcessingState("unsigned"));
    Mail mail = mail("From: a@example.com\r\n");
    mailet.service(mail);
    clock.advance(Duration.ofMinutes(59));
    mail.setState("transport");
    mailet.service(mail);
    assertThat(queues.kept).hasSize(2);
    assertThat(attribute(mail, "delivery-error")).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    mail.setState("transport");
    mailet.service(mail);
    assertThat(queues.kept).hasSize(2);
    assertThat(mail.getState()).isEqualTo("unsigned");
    String ed25519 = PublishedKey.record(TestKeys.ED25519.getPublic());
    assertThat(mail.getErrorMessage())
        .startsWith(
            "5.7.5 (not signed: rsa._domainkey.example.com: missing, ed._domainkey.example.com:"
                + " missing; publish rsa._domainkey.example.com. IN TXT ( \"v=DKIM1; k=rsa; p=")
        .endsWith("; ed._domainkey.example.com. IN TXT ( \"" + ed25519 + "\" ))");
    assertThat(Mails.deliveryError(mail)).isEqualTo(mail.getErrorMessage());
  }

  @Test
  void dnsShouldNotBeAskedWhereItIsNotToBe() throws Exception {
    mailet("checkDns", "off").service(mail("From: a@example.com\r\n"));
    assertThat(dns.asked()).isEmpty();
  }

  @Test
  void bodyShouldNotBeHeldInMemory() throws Exception {
    LongMessage message = new LongMessage(256L << 20);
    Mail mail = mail(message);
    DkimSign mailet = mailet("checkDns", "off");
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    mailet.service(mail);
    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(16L << 20);
    assertThat(message.fields()).hasSize(3);
    assertThat(message.opened()).as("read once for both signatures").isEqualTo(1);
  }

  @Test
  void everythingWrongWithTheTableShouldStopTheStart() throws Exception {
    conf.table(TABLE.replace("ed.pem", "none.pem").replace("subdomains", "subdomain"));
    assertThatThrownBy(this::mailet)
        .hasMessageContaining("dkim.xml:2: <domain name=\"example.com\">: there is no attribute")
        .hasMessageContaining("dkim.xml:4: <key selector=\"ed\">: there is no file");
  }

  @Test
  void defaultAmongOthersShouldBeTheUsualNames() throws Exception {
    Mail mail = mail("From: a@sub.example.com\r\n");
    mailet("headers", "X-First, default", "oversign", "X-Second, default").service(mail);
    assertThat(signatures(mail))
        .allSatisfy(
            field ->
                assertThat(field.replaceAll("\\s", ""))
                    .contains("x-first:", "subject:subject:", "x-second")
                    .doesNotContain("default"));
  }

  @Test
  void allThatIsWrongShouldBeToldAtOnceWithoutWhatFollowsFromIt() {
    assertThatThrownBy(() -> mailet("keyTable", "none.xml", "expires", "soon", "checkDns", "defr"))
        .hasMessageStartingWith("mailet DkimSign: <expires> is a number and ms, s, min, h or d")
        .hasMessageContaining("; <checkDns> is not 'defr'; did you mean 'defer'?")
        .hasMessageContaining("; none.xml: there is no file ")
        .hasMessageNotContaining("<domain>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "domain | example.com | <domain> is for a single key",
        "whenKeyMissing | pass | <whenKeyMissing> is for a single key",
        "checkDns | defr | did you mean 'defer'?",
        "canonicalization | relaxed | two of simple and relaxed",
        "canonicalization | relaxed/nowsp | not 'nowsp'",
        "headers | default, DKIM-Signature | <headers> is wrong: ",
        "headers | From, dkim-signature | <headers> is wrong: 'dkim-signature' cannot be signed",
        "headers | From, DKIM-Signature, A B, C: | is wrong: 'DKIM-Signature' cannot be signed; 'A B' is",
        "headers | From, DKIM-Signature, A B, C: | name of a header field; 'C:' is no name of a",
        "oversign | A B, C: | <oversign> is wrong: 'A B' is no name of a header field; 'C:' is no",
        "expires | soon | <expires> is a number and ms, s, min, h or d",
        "deferFor | 0 s | <deferFor> is a number",
        "timestamp | maybe | <timestamp> is true or false, not 'maybe'",
        "identity | to | <identity> is not 'to'. Known are [from, none]",
        "keyTabel | x | did you mean <keyTable>?",
      })
  void wrongParametersShouldBeRefused(String name, String value, String complaint) {
    assertThatThrownBy(() -> mailet(name, value)).hasMessageContaining(complaint);
  }
}
