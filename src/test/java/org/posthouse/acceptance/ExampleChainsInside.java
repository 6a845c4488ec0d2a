/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.posthouse.acceptance.ExampleRelay.KNOWN;
import static org.posthouse.acceptance.ExampleRelay.UNKNOWN;
import static org.posthouse.acceptance.ExampleRelay.send;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.authentication.Authentication;
import org.posthouse.authentication.AuthenticationOutcome;
import org.posthouse.authentication.Method;
import org.posthouse.authentication.Transaction;
import org.posthouse.dkim.PublishedKey;
import org.posthouse.dmarc.DmarcCode;
import org.posthouse.dns.SystemDns;
import org.posthouse.message.HeaderField;
import org.posthouse.trial.ReceivedMail;

/** What {@link ExampleChainsTest} runs: each example takes what its page says, and nothing else. */
class ExampleChainsInside {
  private static final String REFUSED = "550 5.7.1";
  private static final String BOB = "bob@remote.example";

  private static NameServer nameServer;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws Exception {
    nameServer = NameServer.ofPrivateNetwork(InetAddress.getByName(PrivateNetwork.SINK));
    nameServer.publishText("partner.example", List.of("v=spf1 ip4:" + UNKNOWN + " -all"));
    nameServer.publishText("_dmarc.partner.example", List.of("v=DMARC1; p=reject"));
    nameServer.publishText("_dmarc.example.com", List.of("v=DMARC1; p=reject"));
  }

  @AfterAll
  static void stop() {
    nameServer.close();
  }

  private ExampleHome example(String name) throws Exception {
    return ExampleHome.of(directory, name);
  }

  private static ExampleRelay run(ExampleHome home) throws Exception {
    return ExampleRelay.start(home, nameServer);
  }

  private static String from(String address) {
    return "From: <" + address + ">\r\nTo: <" + BOB + ">\r\nSubject: about it\r\n\r\nbody";
  }

  private static void strangerShouldBeRefused(ExampleRelay relay) throws Exception {
    try (SmtpDialog stranger = relay.hostAt(UNKNOWN)) {
      stranger.ask("MAIL FROM:<bob@example.com>", "250");
      assertThat(stranger.send("RCPT TO:<" + BOB + ">\r\n").reply()).startsWith("5");
    }
  }

  @Test
  void corporateOutboundShouldShowOneDomainAndNothingInternal() throws Exception {
    try (ExampleRelay relay = run(example("corporate-outbound"))) {
      assertThat(relay.warnings()).isEmpty();
      String internal =
          "Received: from pc7.corp.example.com ([10.1.2.3]) by mail.corp.example.com;"
              + " Tue, 24 Nov 2026 10:00:00 +0000\r\nX-Mailer: Cron 4\r\nX-Corp-Job: 7\r\n"
              + "Bcc: boss@example.com\r\n";
      try (SmtpDialog host = relay.hostAt(KNOWN)) {
        String message = internal + from("cron@db.corp.example.com");
        assertThat(send(host, "cron@db.corp.example.com", message, BOB)).startsWith("250");
        host.ask("MAIL FROM:<ceo@other.example>", REFUSED);
      }
      ReceivedMail mail = relay.arrived(1).get(0);
      assertThat(mail.sender()).isEqualTo("cron@example.com");
      assertThat(mail.recipients()).containsExactly(BOB);
      assertThat(mail.text())
          .contains("From: <cron@example.com>", "Message-ID: ", "Date: ", "\r\n\r\nbody\r\n")
          .doesNotContain("pc7", "10.1.2.3", "corp.example.com", "X-Mailer", "X-Corp", "Bcc");
      assertThat(relay.signers(mail)).containsExactly("example.com");

      try (SmtpDialog alice = relay.login(ShippedHome.USER)) {
        alice.ask("MAIL FROM:<boss@example.com>", REFUSED);
        String disguised = "From: \"boss@example.com\" <" + ShippedHome.USER + ">\r\n\r\nbody";
        assertThat(send(alice, ShippedHome.USER, disguised, BOB)).startsWith(REFUSED);
        alice.ask("MAIL FROM:<" + ShippedHome.USER + ">", "250");
        for (int i = 0; i < 100; i++) {
          alice.ask("RCPT TO:<r" + i + "@remote.example>", "250");
        }
        assertThat(alice.send("RCPT TO:<one@toomany.example>\r\n").reply()).doesNotStartWith("2");
      }
      strangerShouldBeRefused(relay);
    }
  }

  /** The line is in the log before clients can come. */
  @Test
  void startShouldTellOfKeysThatTheDnsContradicts() throws Exception {
    ExampleHome home = example("corporate-outbound");
    home.keyRecords()
        .keySet()
        .forEach(name -> nameServer.publishText(name, List.of("v=DKIM1; p=")));
    try (RelayProcess relay =
        RelayProcess.launch(
            PrivateNetwork.inRelaysNamespace(), home.root(), home.trusting(List.of()))) {
      assertThat(relay.awaitReady().log())
          .containsPattern(
              "(?s)WARN [^\n]*dkim.xml:\\d+: <key selector=\"posthouse\">: the DNS has of"
                  + " posthouse._domainkey.example.com: revoked; `posthouse dkim check`.* ready: ");
    }
  }

  @Test
  void applicationsShouldBeSignedForTheirOwnDomains() throws Exception {
    try (ExampleRelay relay = run(example("application-relay").withUser("shop").withUser("news"))) {
      assertThat(relay.warnings()).isEmpty();
      try (SmtpDialog shop = relay.login("shop")) {
        String message =
            "X-PHP-Script: /var/www/a.php\r\nContent-Type: text/plain\r\n"
                + from("orders@shop.example");
        assertThat(send(shop, "orders@shop.example", message, BOB)).startsWith("250");
        shop.ask("MAIL FROM:<letter@news.example>", REFUSED);
      }
      try (SmtpDialog news = relay.login("news")) {
        String message = "Auto-Submitted: no\r\n" + from("letter@news.example");
        assertThat(send(news, "b@bounces.news.example", message, BOB)).startsWith("250");
        assertThat(send(news, "letter@news.example", from("orders@shop.example"), BOB))
            .startsWith(REFUSED);
      }
      List<ReceivedMail> mails = relay.arrived(2);
      ReceivedMail shop = of(mails, "orders@shop.example");
      assertThat(shop.text())
          .contains("Auto-Submitted: auto-generated\r\n", "MIME-Version: 1.0\r\n")
          .doesNotContain("X-PHP");
      assertThat(relay.signers(shop)).containsExactly("shop.example");
      ReceivedMail news = of(mails, "b@bounces.news.example");
      assertThat(news.text()).contains("Auto-Submitted: no\r\n").doesNotContain("auto-generated");
      assertThat(relay.signers(news)).containsExactly("news.example");
      strangerShouldBeRefused(relay);
    }
  }

  private static ReceivedMail of(List<ReceivedMail> mails, String sender) {
    return mails.stream().filter(mail -> mail.sender().equals(sender)).findFirst().orElseThrow();
  }

  @Test
  void devicesShouldReachOurselvesAsOneAddress() throws Exception {
    try (ExampleRelay relay = run(example("devices"))) {
      assertThat(relay.warnings()).isEmpty();
      try (SmtpDialog printer = relay.hostAt(KNOWN)) {
        String scan = "From: <root@printer.local>\r\nSubject: scan\r\n\r\npage";
        assertThat(send(printer, "root@printer.local", scan, "office@example.com"))
            .startsWith("250");
        printer.ask("MAIL FROM:<scan@example.com>", "250");
        printer.ask("RCPT TO:<" + BOB + ">", REFUSED);
      }
      ReceivedMail mail = relay.arrived(1).get(0);
      assertThat(mail.sender()).isEqualTo("scan@example.com");
      assertThat(mail.text())
          .contains("From: <scan@example.com>", "X-Device: printer-3\r\n")
          .contains("Message-ID: ", "Date: ", "MIME-Version: 1.0\r\n")
          .doesNotContain("printer.local");
      assertThat(relay.signers(mail)).containsExactly("example.com");
      strangerShouldBeRefused(relay);
    }
  }

  @Test
  void partnersShouldMeetInTlsOnly() throws Exception {
    Path certificate = Files.createDirectories(directory.resolve("partner"));
    TestCertificate.write(certificate);
    String shown = "fingerprint=\"" + fingerprint(certificate.resolve("certificate.pem")) + "\"";
    ExampleHome home =
        example("partner")
            .change(
                "identities.xml", text -> text.replaceFirst("fingerprint=\"[0-9A-F:]+\"", shown));
    try (ExampleRelay relay = run(home)) {
      try (SmtpDialog partner = relay.hostAt(UNKNOWN)) {
        partner.ask("MAIL FROM:<sales@partner.example>", "530 5.7.0");
        partner.startTls(certificate).ask("EHLO mx.partner.example", "250");
        String message = from("sales@partner.example");
        assertThat(send(partner, "sales@partner.example", message, "alice@example.com"))
            .startsWith("250");
        partner.ask("MAIL FROM:<alice@example.com>", REFUSED);
        partner.ask("MAIL FROM:<sales@partner.example>", "250");
        partner.ask("RCPT TO:<" + BOB + ">", REFUSED);
      }
      ReceivedMail inward = relay.arrived(1).get(0);
      assertThat(inward.secured()).isTrue();
      assertThat(inward.text()).contains("Authentication-Results: ", "dmarc=pass", "spf=pass");
      assertThat(relay.signers(inward)).isEmpty();

      try (SmtpDialog forger = relay.hostAt(PrivateNetwork.SINK)) {
        forger.startTls(certificate).ask("EHLO elsewhere.example", "250");
        String message = from("sales@partner.example");
        assertThat(send(forger, "sales@partner.example", message, "alice@example.com"))
            .startsWith("250");
      }
      relay.awaitLog("kept .*to=<alice@example.com>.* in=file://var/mail/denied");

      try (SmtpDialog ours = relay.hostAt(KNOWN)) {
        ours.startTls().ask("EHLO mail.example.com", "250");
        String message = from("alice@example.com");
        assertThat(send(ours, "alice@example.com", message, "sales@partner.example"))
            .startsWith("250");
        ReceivedMail outward = relay.arrived(2).get(1);
        assertThat(outward.secured()).isTrue();
        assertThat(relay.signers(outward)).containsExactly("example.com");

        relay.offerTls(false);
        assertThat(send(ours, "alice@example.com", message, "later@partner.example"))
            .startsWith("250");
        relay.awaitLog("deferred .*to=<later@partner.example>.*");
        assertThat(relay.arrived(2)).hasSize(2);
        ours.ask("MAIL FROM:<alice@example.com>", "250");
        ours.ask("RCPT TO:<" + BOB + ">", REFUSED);
      }
    }
  }

  /** By the system's name server the mail would be forged. */
  @Test
  void mailetsShouldAskTheNameServersOfDnsserviceXml() throws Exception {
    Path certificate = Files.createDirectories(directory.resolve("partner"));
    TestCertificate.write(certificate);
    String shown = "fingerprint=\"" + fingerprint(certificate.resolve("certificate.pem")) + "\"";
    String servers =
        "<autodiscover>false</autodiscover><servers><server>" + KNOWN + "</server></servers>";
    ExampleHome home =
        example("partner")
            .change(
                "identities.xml", text -> text.replaceFirst("fingerprint=\"[0-9A-F:]+\"", shown))
            .change(
                "dnsservice.xml",
                text -> text.replace("<autodiscover>true</autodiscover>", servers));
    InetAddress sink = InetAddress.getByName(PrivateNetwork.SINK);
    try (NameServer own = NameServer.at(KNOWN, sink);
        ExampleRelay relay = run(home);
        SmtpDialog host = relay.hostAt(PrivateNetwork.SINK)) {
      own.publishText("partner.example", List.of("v=spf1 ip4:" + PrivateNetwork.SINK + " -all"));
      host.startTls(certificate).ask("EHLO mx.partner.example", "250");
      String message = from("sales@partner.example");
      assertThat(send(host, "sales@partner.example", message, "alice@example.com"))
          .startsWith("250");
      assertThat(relay.arrived(1).get(0).text()).contains("spf=pass", "dmarc=none");
    }
  }

  private static String fingerprint(Path pem) throws Exception {
    String base64 = Files.readString(pem).replaceAll("-----.*", "");
    byte[] certificate = Base64.getMimeDecoder().decode(base64);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate);
    return HexFormat.ofDelimiter(":").formatHex(digest).toUpperCase(Locale.ROOT);
  }

  @Test
  void newsletterShouldBeOneMailForEachReaderAndComeBackAsHis() throws Exception {
    try (ExampleRelay relay = run(example("bulk").withUser("news"))) {
      assertThat(relay.warnings()).isEmpty();
      try (SmtpDialog news = relay.login("news")) {
        String message = from("news@example.com");
        assertThat(
                send(news, "news@example.com", message, "ann@remote.example", "ben@remote.example"))
            .startsWith("250");
        news.ask("MAIL FROM:<ceo@example.com>", REFUSED);
      }
      List<ReceivedMail> mails = relay.arrived(2);
      assertThat(mails.stream().flatMap(mail -> mail.recipients().stream()))
          .containsExactlyInAnyOrder("ann@remote.example", "ben@remote.example");
      for (ReceivedMail mail : mails) {
        String reader = mail.recipients().get(0).replace('@', '=');
        assertThat(mail.sender()).matches("bounces\\+[a-z0-9]+=" + reader + "@example[.]com");
        assertThat(mail.text())
            .contains("List-Unsubscribe: <https://www.example.com/unsubscribe?t=1.")
            .contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
        assertThat(relay.signers(mail)).containsExactly("example.com");
      }
      String returned = mails.get(0).sender();
      try (SmtpDialog host = relay.hostAt(UNKNOWN)) {
        String bounce = "From: <>\r\nSubject: undeliverable\r\n\r\nnobody here";
        assertThat(send(host, "", bounce, returned)).startsWith("250");
        String forged = "bounces+aaaaaaaaaa=eve=remote.example@example.com";
        assertThat(send(host, "", bounce, forged)).startsWith("250");
        host.ask("MAIL FROM:<>", "250");
        host.ask("RCPT TO:<nobody@example.com>", REFUSED);
      }
      relay.awaitLog("kept .*=remote[.]example@.* in=file://var/mail/returned");
      relay.awaitLog("kept .*=eve=remote[.]example@.* in=file://var/mail/denied");
      strangerShouldBeRefused(relay);
      assertThat(relay.arrived(2)).hasSize(2);
    }
  }

  @Test
  void newsletterShouldWaitUntilItsKeyIsPublishedAndThenPassDmarc() throws Exception {
    ExampleHome home =
        example("bulk")
            .withUser("news")
            .change(
                "mailetcontainer.xml",
                chains ->
                    chains.replace(
                        "<action>hold</action>", "<action>hold</action><holdFor>1 s</holdFor>"));
    String key = "posthouse._domainkey.example.com";
    try (ExampleRelay relay = run(home)) {
      nameServer.withdrawText(key);
      try (SmtpDialog news = relay.login("news")) {
        assertThat(send(news, "news@example.com", from("news@example.com"), BOB)).startsWith("250");
      }
      relay.awaitLog(
          "alignment name=.* author=example[.]com action=hold .*no key.*publish example[.]com[.] IN"
              + " TXT 'v=spf1 ip4:192[.]0[.]2[.]1 -all'.*");
      assertThat(relay.arrived(0)).isEmpty();
      nameServer.publishText(key, PublishedKey.strings(home.keyRecords().get(key)));
      ReceivedMail mail = relay.arrived(1).get(0);
      AuthenticationOutcome found =
          new Authentication(
                  new SystemDns(),
                  Clock.systemUTC(),
                  Duration.ofSeconds(10),
                  EnumSet.allOf(Method.class),
                  "mx.sink.example")
              .check(
                  new Transaction(
                      InetAddress.getByName(PrivateNetwork.RELAY), "relay", mail.sender()),
                  fields(mail),
                  () -> new ByteArrayInputStream(body(mail)));
      assertThat(found.dmarc().orElseThrow().code()).isEqualTo(DmarcCode.PASS);
      assertThat(found.dmarc().orElseThrow().aligned())
          .extracting("mechanism")
          .hasToString("[DKIM]");
    }
  }

  private static int headerEnd(ReceivedMail mail) {
    return new String(mail.content(), ISO_8859_1).indexOf("\r\n\r\n");
  }

  private static List<HeaderField> fields(ReceivedMail mail) {
    String header = new String(mail.content(), 0, headerEnd(mail), ISO_8859_1);
    return Arrays.stream(header.split("\r\n(?![ \t])", -1))
        .map(line -> HeaderField.of(line, "\r\n"))
        .toList();
  }

  private static byte[] body(ReceivedMail mail) {
    return Arrays.copyOfRange(mail.content(), headerEnd(mail) + 4, mail.content().length);
  }

  @Test
  void smarthostShouldForwardByAddressesThatComeBack() throws Exception {
    ExampleHome home =
        example("smarthost")
            .change(
                "mailetcontainer.xml",
                text -> text.replace("postmaster</", "postmaster@example.com</"));
    try (ExampleRelay relay = run(home)) {
      assertThat(relay.warnings())
          .filteredOn(line -> !line.contains("postmaster@example.com")) // which is nobody here
          .singleElement()
          .asString()
          .contains("the rule 'exchange'", "lets it send as any domain");
      String friend = "friend@elsewhere.example";
      try (SmtpDialog exchange = relay.hostAt(KNOWN)) {
        String own =
            "Received: from ex1.corp.example.com ([10.1.2.3]) by ex2.corp.example.com;"
                + " Tue, 24 Nov 2026 10:00:00 +0000\r\n"
                + "X-MS-Exchange-Organization-AuthAs: Internal\r\n"
                + from("alice@example.com");
        assertThat(send(exchange, "alice@example.com", own, BOB)).startsWith("250");
        ReceivedMail mail = relay.arrived(1).get(0);
        assertThat(mail.sender()).isEqualTo("alice@example.com");
        assertThat(mail.text()).doesNotContain("X-MS-Exchange", "10.1.2.3", "corp.example.com");
        assertThat(relay.signers(mail)).containsExactly("example.com");

        assertThat(send(exchange, friend, from(friend), BOB)).startsWith("250");
        assertThat(send(exchange, "bob@example.org", from("bob@example.org"), BOB))
            .startsWith("250");
      }
      ReceivedMail forwarded = relay.arrived(2).get(1);
      assertThat(forwarded.sender())
          .matches("SRS0=[^=]+=[^=]+=elsewhere[.]example=friend@srs[.]example[.]com");
      assertThat(relay.signers(forwarded)).isEmpty();
      ReceivedMail atGoogle = relay.arrivedAtProvider(1).get(0);
      assertThat(atGoogle.sender()).isEqualTo("bob@example.org");
      assertThat(atGoogle.secured()).isTrue();

      try (SmtpDialog host = relay.hostAt(UNKNOWN)) {
        String bounce = "From: <mailer@remote.example>\r\n\r\nnobody here";
        assertThat(send(host, "", bounce, forwarded.sender())).startsWith("250");
        String forged = "SRS0=aaaa=aa=victim.example=eve@srs.example.com";
        assertThat(send(host, "", bounce, forged)).startsWith("250");
      }
      ReceivedMail back = relay.arrived(3).get(2);
      assertThat(back.sender()).isEmpty();
      assertThat(back.recipients()).containsExactly(friend);
      assertThat(relay.signers(back)).isEmpty();
      relay.awaitLog("kept .*=eve@srs.example.com.* in=file://var/mail/denied");
      strangerShouldBeRefused(relay);
      assertThat(relay.arrived(3)).hasSize(3);

      relay.refuse("nobody@remote.example");
      try (SmtpDialog exchange = relay.hostAt(KNOWN)) {
        assertThat(send(exchange, friend, from(friend), "nobody@remote.example")).startsWith("250");
      }
      ReceivedMail report = relay.arrived(4).get(3);
      assertThat(report.sender()).isEmpty();
      assertThat(report.recipients()).containsExactly(friend);
      assertThat(relay.signers(report)).containsExactly("example.com");
    }
  }

  @Test
  void shippedChainShouldRunWithAllThatIsCommentedOut() throws Exception {
    ExampleHome home =
        ExampleHome.shipped(directory)
            .change("mailetcontainer.xml", ExampleChainsInside::uncommented)
            .withSecrets()
            .withKey("example.com");
    Files.writeString(
        home.conf("identities.xml"),
        "<identities><users/><network identity='host'>"
            + KNOWN
            + "</network><network identity='partner' groups='partners'>"
            + UNKNOWN
            + "</network></identities>");
    Files.writeString(
        home.conf("senders.xml"),
        "<senders><rule name='hosts' identities='*'><sender>any</sender></rule></senders>");
    Files.writeString(home.conf("recipients"), "desk@example.com " + BOB + "\n");
    home.change(
        "recipientrewritetable.xml",
        text ->
            text.replace("<mappingLimit>", "<file>file://conf/recipients</file><mappingLimit>"));
    try (ExampleRelay relay = run(home)) {
      try (SmtpDialog host = relay.hostAt(KNOWN)) {
        String message = "X-Mailer: Cron 4\r\n" + from("cron@db.example.com");
        assertThat(send(host, "friend@elsewhere.example", message, "desk@example.com"))
            .startsWith("250");
        relay.arrived(1);
        assertThat(send(host, "cron@db.example.com", message, BOB)).startsWith("250");
      }
      ReceivedMail mail = relay.arrived(1).get(0);
      assertThat(mail.recipients()).containsExactly(BOB);
      assertThat(mail.sender()).startsWith("SRS0=").endsWith("=friend@srs.example.com");
      assertThat(mail.text()).contains("From: <cron@example.com>", "X-Mailer: Cron 4"); // forwarded
      ReceivedMail own = relay.arrived(2).get(1);
      assertThat(own.sender()).isEqualTo("cron@example.com");
      assertThat(own.text()).contains("From: <cron@example.com>").doesNotContain("X-Mailer");
      assertThat(relay.signers(mail)).containsExactly("example.com");
      try (SmtpDialog partner = relay.hostAt(UNKNOWN)) {
        assertThat(send(partner, "sales@partner.example", from("sales@partner.example"), BOB))
            .startsWith("250");
        assertThat(send(partner, "sales@remote.example", from("eve@partner.example"), "eve@a.org"))
            .startsWith("250");
      }
      assertThat(relay.arrived(3).get(2).text()).contains("Authentication-Results: ", "spf=pass");
      relay.awaitLog("kept .*to=<eve@a.org>.* in=file://var/mail/denied");
    }
  }

  /** A comment with an empty line in it ends with elements that wait to be used. */
  private static String uncommented(String file) {
    return file.replaceAll("<!--(?:(?!-->)[^<])*\\n\\n(\\s*<(?:(?!-->)[\\s\\S])*)-->", "$1");
  }
}
