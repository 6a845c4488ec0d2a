/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.mail.internet.MimeMessage;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.Mailet;
import org.apache.mailet.base.test.FakeMail;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.alignment.Outlet;
import org.posthouse.authentication.Corpus;
import org.posthouse.dkim.Dkimpy;
import org.posthouse.dkim.TestKeys;
import org.posthouse.dns.Dns;

/** What leaves after {@link CheckAuthentication}, a change, and the seal. */
class ArcSealTest {
  private static final String ID = "mx.example.net";
  private static final Dns DNS = Corpus.dns();

  @TempDir Path home;
  private final KeptQueues queues = new KeptQueues();
  private Path key;

  @BeforeEach
  void writeKey() throws Exception {
    key = home.resolve("arc.key");
    KeyFiles.write(key, TestKeys.pem("PRIVATE KEY", TestKeys.RSA.getPrivate().getEncoded()));
  }

  private ArcSeal mailet(String... more) throws Exception {
    List<String> parameters =
        new ArrayList<>(
            List.of("domain", "lists.example", "selector", "rsa", "keyFile", key.toString()));
    parameters.addAll(Arrays.asList(more));
    return Mailets.init(
        new ArcSeal(TestFiles.NONE, Clock.systemUTC()), parameters.toArray(String[]::new));
  }

  /** Stock's mail with stock's message. */
  private static MailImpl mail(String text) throws Exception {
    MailImpl mail = Mailets.mail(text, "ann@example.com", "bob@example.net");
    mail.setRemoteAddr("192.0.2.1");
    return mail;
  }

  private static MailImpl checked(String text) throws Exception {
    MailImpl mail = mail(text);
    check(mail);
    return mail;
  }

  private static void check(Mail mail) throws Exception {
    Mailets.init(new CheckAuthentication(DNS, Clock.systemUTC()), "authservId", ID).service(mail);
  }

  private static void addSubjectPrefix(MailImpl mail) throws Exception {
    Mailets.init(new RewriteHeaders(), "rules", "replace Subject: /^/[list] /").service(mail);
  }

  private static String written(MailImpl mail) throws Exception {
    return new String(Messages.written(mail.getMessage()), ISO_8859_1);
  }

  private List<String> dkimpy(String... messages) throws Exception {
    Path directory = Files.createTempDirectory(home, "dkimpy");
    return Dkimpy.verify("arc", List.of(messages), Corpus.dns(), directory);
  }

  @Test
  void sealShouldVerifyWhateverTheChainAndTheChange() throws Exception {
    List<String> sealed = new ArrayList<>();
    for (String text : List.of(Corpus.message("both"), Corpus.message("ARC: sealed twice"))) {
      MailImpl mail = checked(text);
      addSubjectPrefix(mail);
      mailet("authservId", ID).service(mail);
      sealed.add(written(mail));
    }
    assertThat(dkimpy(sealed.toArray(String[]::new))).containsExactly("pass", "pass");
    assertThat(sealed.get(0)).contains("\r\nARC-Seal: i=1;", "cv=none;");
    assertThat(sealed.get(1)).contains("\r\nARC-Seal: i=3;", "cv=pass;", "[list]");
  }

  @Test
  void messageWithALineThatIsNoFieldShouldNotBeSealed() throws Exception {
    MailImpl mail = checked(Corpus.message("stray line, ARC"));
    assertThat(mail.getAttribute(AuthenticationAttributes.ARC)).isPresent();
    String before = written(mail);
    mailet("authservId", ID).service(mail);
    assertThat(written(mail)).isEqualTo(before).contains("arc=fail reason=\"line 1 of the header");
  }

  @Test
  void resultsShouldBeThoseOfTheCheck() throws Exception {
    MailImpl mail = checked(Corpus.message("both"));
    mailet("authservId", ID).service(mail);
    String results = mail.getMessage().getHeader("Authentication-Results")[0];
    String told = mail.getMessage().getHeader("ARC-Authentication-Results")[0];
    assertThat(told.replaceAll("\\s+", " "))
        .isEqualTo("i=1; " + results.replaceAll("\\s+", " "))
        .contains("dkim=pass", "arc=none", "dmarc=pass");
  }

  @Test
  void everythingElseShouldStayByteForByte() throws Exception {
    String text =
        "Subject: gr\u00fc\u00dfe\nX:no blank\n  fold \nX-Nul: \u0000\n\nb\u00ff\rdy without end";
    CountingMessage message = new CountingMessage(text);
    FakeMail mail =
        FakeMail.builder()
            .name("m")
            .sender("ann@example.com")
            .recipient("bob@example.net")
            .remoteAddr("192.0.2.1")
            .mimeMessage(message)
            .build();
    check(mail);
    String before = message.header();
    mailet("authservId", ID).service(mail);
    assertThat(message.header()).startsWith("ARC-Seal: ").endsWith(before);
    assertThat(before).endsWith(text.substring(0, text.indexOf("\n\n") + 1));
    assertThat(message.getRawInputStream().readAllBytes())
        .isEqualTo("b\u00ff\rdy without end".getBytes(ISO_8859_1));
  }

  @Test
  void bodyThatJavaMailMakesShouldBeSealed() throws Exception {
    MailImpl mail = checked(Corpus.MESSAGE);
    MimeMessage message = mail.getMessage();
    message.setText("another\r\nb\u00f6dy\r\n", "utf-8");
    message.saveChanges();
    mailet("authservId", ID).service(mail);
    assertThat(dkimpy(written(mail))).containsExactly("pass");
  }

  @Test
  void brokenChainShouldBeSealedOnceAsFailedAndThenPassedOn() throws Exception {
    String broken = Corpus.message("ARC: sealed twice").replace("some text", "other text");
    MailImpl mail = checked(broken);
    mailet("authservId", ID).service(mail);
    String marked = written(mail);
    assertThat(marked).contains("\r\nARC-Seal: i=3;", "cv=fail;");
    assertThat(dkimpy(marked)).containsExactly("ended");
    MailImpl next = checked(marked);
    String before = written(next);
    mailet("authservId", ID).service(next);
    assertThat(written(next)).isEqualTo(before);
    assertThat(before).contains("arc=fail");
  }

  @Test
  void chainThatIsTornAfterTheCheckShouldBeSealedAsFailed() throws Exception {
    MailImpl mail = checked(Corpus.message("ARC: sealed twice"));
    Mailets.init(new RewriteHeaders(), "rules", "remove ARC-Message-Signature").service(mail);
    mailet("authservId", ID).service(mail);
    assertThat(written(mail)).contains("\r\nARC-Seal: i=3;", "cv=fail;");
  }

  @Test
  void chainThatIsRemovedAfterTheCheckShouldBeginAnew() throws Exception {
    MailImpl mail = checked(Corpus.message("ARC: sealed twice"));
    Mailets.init(new RewriteHeaders(), "rules", "remove ARC-*").service(mail);
    mailet("authservId", ID).service(mail);
    assertThat(written(mail)).contains("\r\nARC-Seal: i=1;", "cv=none;");
    assertThat(dkimpy(written(mail))).containsExactly("pass");
  }

  @Test
  void mailThatWasNotCheckedShouldPassUnsealed() throws Exception {
    MailImpl mail = mail("Authentication-Results: " + ID + "; spf=pass\r\n" + Corpus.MESSAGE);
    String before = written(mail);
    mailet("authservId", ID).service(mail);
    assertThat(written(mail)).isEqualTo(before);
    MailImpl withoutArc = mail(Corpus.MESSAGE);
    Mailets.init(new CheckAuthentication(DNS, Clock.systemUTC()), "authservId", ID, "arc", "false")
        .service(withoutArc);
    mailet("authservId", ID).service(withoutArc);
    assertThat(written(withoutArc)).contains("dmarc=").doesNotContain("ARC-");
  }

  @Test
  void mailThatTheDnsWasSilentAboutShouldPassUnsealed() throws Exception {
    MailImpl mail = checked(Corpus.message("ARC: sealed twice"));
    mail.setAttribute(new Attribute(AuthenticationAttributes.ARC, AttributeValue.of("temperror")));
    String before = written(mail);
    mailet("authservId", ID).service(mail);
    assertThat(written(mail)).isEqualTo(before);
  }

  @Test
  void resultsOfAnotherNameShouldNotBeTold() throws Exception {
    MailImpl mail = checked(Corpus.message("both"));
    String before = written(mail);
    mailet("authservId", "other.example").service(mail);
    assertThat(written(mail)).isEqualTo(before);
    mailet().service(mail); // the name of this host, which is not the one of the check
    assertThat(InetAddress.getLocalHost().getHostName()).isNotEqualTo(ID);
    assertThat(written(mail)).isEqualTo(before);
  }

  @Test
  void laterSignatureShouldNotBreakTheSealAndAnAlteredOneShould() throws Exception {
    MailImpl mail = checked(Corpus.message("both"));
    mailet("authservId", ID).service(mail);
    String sealed = written(mail);
    String added = "DKIM-Signature: v=1; a=rsa-sha256; d=next.example\r\n" + sealed;
    String altered = sealed.replaceFirst("(\r\nDKIM-Signature: v=1; a=\\S+)", "$1 x=1;");
    assertThat(altered).isNotEqualTo(sealed);
    assertThat(dkimpy(added, altered, sealed.replace("Subject: ", "Subject: x")))
        .containsExactly("pass", "fail", "fail");
  }

  private DkimSign signer() throws Exception {
    return Mailets.init(
        new DkimSign(new TempFiles(home), DNS, queues, new KeyTables(), Clock.systemUTC()),
        "domain",
        "lists.example",
        "selector",
        "rsa",
        "keyFile",
        key.toString());
  }

  /** As RemoteDelivery does for a host that takes 7 bits only. */
  private static void convert(MailImpl mail) throws Exception {
    mail.setMessage(Messages.parse(written(mail).replace("some text", "s=6Fme text")));
    mail.setAttribute(Attribute.convertToAttribute("org.posthouse.converted", true));
  }

  @ParameterizedTest
  @CsvSource({"both, 1, none", "ARC: sealed twice, 3, pass"})
  void setThatTheConversionBrokeShouldBeMadeAnew(String message, int instance, String status)
      throws Exception {
    List<Mailet> signing = List.of(signer(), mailet("authservId", ID));
    MailImpl mail = checked(Corpus.message(message));
    for (Mailet each : signing) {
      each.service(mail);
    }
    convert(mail);
    assertThat(dkimpy(written(mail))).containsExactly("fail");
    for (Mailet each : signing) {
      each.service(mail);
    }
    assertThat(dkimpy(written(mail))).containsExactly("pass");
    assertThat(seals(mail)).hasSize(instance);
    assertThat(seals(mail).get(0)).startsWith("i=" + instance + ";").contains("cv=" + status + ";");
    assertThat(mail.getMessage().getHeader("ARC-Message-Signature")).hasSize(instance);
    assertThat(mail.getMessage().getHeader("ARC-Authentication-Results")).hasSize(instance);
  }

  private static List<String> seals(MailImpl mail) throws Exception {
    return List.of(mail.getMessage().getHeader("ARC-Seal"));
  }

  @Test
  void mailThatWasHeldBehindTheSealShouldNotBeSealedAgain() throws Exception {
    AlignmentForecast forecast =
        new AlignmentForecast(
            new TempFiles(home), DNS, queues, new KeyTables(), Clock.systemUTC()) {
          @Override
          protected List<Outlet> outlets(List<InetAddress> written) {
            return List.of();
          }
        };
    Mailets.init(forecast, "action", "hold", "spf", "false", "header", "X-Outlook");
    List<Mailet> signing = List.of(signer(), mailet("authservId", ID), forecast);
    MailImpl mail = checked("X-Outlook: pass\r\n" + Corpus.message("not signed"));
    for (int pass = 1; pass <= 3; pass++) {
      for (Mailet each : signing) {
        each.service(mail);
      }
      assertThat(queues.kept).hasSize(pass);
    }
    assertThat(seals(mail)).singleElement().asString().startsWith("i=1;").contains("cv=none;");
    assertThat(dkimpy(written(mail))).containsExactly("pass");
  }

  @Test
  void setThatALaterMailetBrokeShouldBeMadeAnewThoughTheCheckFoundItBroken() throws Exception {
    ArcSeal mailet = mailet("authservId", ID);
    MailImpl mail = checked(Corpus.message("ARC: sealed twice"));
    mailet.service(mail);
    addSubjectPrefix(mail);
    check(mail);
    assertThat(written(mail)).contains("arc=fail");
    mailet.service(mail);
    assertThat(seals(mail)).hasSize(3);
    assertThat(seals(mail).get(0)).startsWith("i=3;").contains("cv=pass;");
    assertThat(dkimpy(written(mail))).containsExactly("pass");
  }

  @Test
  void setOfAnEarlierKeyShouldBeMadeAnew() throws Exception {
    MailImpl mail = checked(Corpus.message("both"));
    mailet("authservId", ID, "selector", "old").service(mail);
    mailet("authservId", ID).service(mail);
    assertThat(seals(mail)).singleElement().asString().contains("s=rsa;");
    assertThat(dkimpy(written(mail))).containsExactly("pass");
  }

  /** It was sealed here before, and came back. */
  @Test
  void setThatCameWithTheMessageShouldStay() throws Exception {
    MailImpl before = checked(Corpus.message("both"));
    mailet("authservId", ID).service(before);
    MailImpl mail = checked(written(before));
    addSubjectPrefix(mail);
    mailet("authservId", ID).service(mail);
    assertThat(seals(mail)).hasSize(2);
    assertThat(seals(mail).get(0)).startsWith("i=2;").contains("cv=pass;");
    assertThat(dkimpy(written(mail))).containsExactly("pass");
  }

  @Test
  void brokenSetShouldGoEvenWhereThereIsNothingToTellAnyMore() throws Exception {
    MailImpl mail = checked(Corpus.message("both"));
    mailet("authservId", ID).service(mail);
    Mailets.init(new RewriteHeaders(), "rules", "remove Authentication-Results").service(mail);
    addSubjectPrefix(mail);
    mailet("authservId", ID).service(mail);
    assertThat(written(mail)).doesNotContain("ARC-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"From, Subject", "DKIM-Signature, subject"})
  void fieldsShouldBeChosen(String headers) throws Exception {
    MailImpl mail = checked(Corpus.message("both"));
    mailet("authservId", ID, "headers", headers).service(mail);
    String fields = mail.getMessage().getHeader("ARC-Message-Signature")[0].replaceAll("\\s", "");
    assertThat(fields).contains("h=from:from:subject:subject:dkim-signature:dkim-signature;");
    assertThat(dkimpy(written(mail))).containsExactly("pass");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "domain| |<domain> is required",
        "domain|a b|<domain> is a name of DNS, not 'a b'",
        "selector|s._domainkey|<selector> is what stands before ._domainkey.lists.example",
        "keyFile|none.key|<keyFile> names no file: none.key",
        "authservId|a;b|<authservId> is a name of DNS, not 'a;b'",
        "authservID|x|unknown parameter <authservID>; did you mean <authservId>?",
        "headers|From; To|<headers> is wrong: 'from; to' is no name of a header field",
        "headers|From, ARC-Seal|<headers> may not name arc-seal",
        "headers|Authentication-Results|<headers> may not name authentication-results",
      })
  void parameterThatIsWrongShouldBeRefused(String name, String value, String complaint) {
    assertThatThrownBy(() -> mailet(name, value == null ? "" : value))
        .hasMessageStartingWith("mailet ArcSeal: ")
        .hasMessageContaining(complaint);
  }

  @Test
  void fileThatIsNoKeyShouldBeRefused() throws Exception {
    Files.writeString(key, "not a key");
    assertThatThrownBy(this::mailet).hasMessageContaining("<keyFile> " + key + " cannot be read");
    KeyFiles.write(
        key, TestKeys.pem("PRIVATE KEY", TestKeys.generate("RSA", 512).getPrivate().getEncoded()));
    assertThatThrownBy(this::mailet).hasMessageContaining("has 512 bits");
  }

  @Test
  void fileThatEverybodyCanReadShouldBeRefused() throws Exception {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(this::mailet)
        .hasMessage("mailet ArcSeal: <keyFile> " + key + " can be read by everybody: chmod 600 it");
  }
}
