/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailPrioritySupport;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.james.message.Needs;
import org.posthouse.james.queue.DsnRequest;

/** What commands and their parameters are answered, and what becomes of them. */
class CommandsTest {
  private static final String MESSAGE = "Subject: x\r\n\r\nbody\r\n.\r\n";

  @TempDir Path home;
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    harness = SmtpHarness.open(home);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  /** Sends UTF-8; the lines but the last must be accepted. */
  private String last(String dialog) throws Exception {
    try (SmtpDialog client = harness.client()) {
      List<String> lines = List.of(dialog.split(" +/ ", -1));
      for (String line : lines.subList(0, lines.size() - 1)) {
        client.ask(octets(line), "2");
      }
      String reply = client.send(octets(lines.get(lines.size() - 1)) + "\r\n").reply();
      client.ask("NOOP", "250"); // the session goes on
      return reply;
    }
  }

  private static String octets(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "MAIL FROM:<a@x.test>                                     | 250 2.1.0",
        "mail from: <a@x.test>                                    | 250 2.1.0",
        "MAIL FROM:<>                                             | 250 2.1.0",
        "MAIL FROM:<a@x.test> BODY=8BITMIME SIZE=100              | 250 2.1.0",
        "MAIL FROM:<a@x.test> body=7bit                           | 250 2.1.0",
        "MAIL FROM:<a@x.test> AUTH=<>                             | 250 2.1.0",
        "MAIL FROM:<a@x.test> RET=HDRS ENVID=Q+2B1                | 250 2.1.0",
        "MAIL FROM:<a@x.test> SMTPUTF8                            | 250 2.1.0",
        "MAIL FROM:<p\u00e9@x.test> SMTPUTF8                      | 250 2.1.0",
        "MAIL FROM:<a@\u00e4.test> SMTPUTF8                       | 250 2.1.0",
        "MAIL FROM:<a@x.test> MT-PRIORITY=-3 HOLDFOR=60  | 250 2.1.0",
        "MAIL FROM:<a@x.test> HOLDFOR=2592000                     | 250 2.1.0",
        "MAIL FROM:<a@x.test> BY=120;R                            | 250 2.1.0",
        "MAIL FROM:<a@x.test> by=+1;rt                            | 250 2.1.0",
        "MAIL FROM:<a@x.test> BY=-999999999;NT                    | 250 2.1.0",
        "MAIL FROM:<a@x.test> BY=0;N HOLDFOR=60                   | 250 2.1.0",
        "MAIL FROM:<a@x.test> HOLDFOR=60 BY=61;R                  | 250 2.1.0",
        "MAIL                                                     | 501 5.5.4",
        "MAIL TO:<a@x.test>                                       | 501 5.5.4",
        "MAIL FROM:a@x.test                                       | 501 5.1.7",
        "MAIL FROM:<a@x.test                                      | 501 5.1.7",
        "MAIL FROM:<a@x.test>BODY=7BIT                            | 501 5.1.7",
        "MAIL FROM:<a b@x.test>                                   | 501 5.1.7",
        "MAIL FROM:<a@-x.test>                                    | 501 5.1.7",
        "MAIL FROM:<p\u00e9@x.test>                               | 553 5.6.7",
        "MAIL FROM:<a@\u00e4.test>                               | 553 5.6.7",
        "MAIL FROM:<@\u00e4.test:a@x.test>                       | 553 5.6.7",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@\u00e4.test>          | 553 5.6.7",
        "MAIL FROM:<a@x.test> SMTPUTF8 / RCPT TO:<b@\u00e4.test> | 250 2.1.5",
        "MAIL FROM:<a@x.test> FOO=bar                             | 555 5.5.4",
        "MAIL FROM:<a@x.test> REQUIRETLS                          | 555 5.5.4",
        "MAIL FROM:<a@x.test> NOTIFY=NEVER                        | 555 5.5.4",
        "MAIL FROM:<a@x.test> BODY=9BIT                           | 501 5.5.4",
        "MAIL FROM:<a@x.test> BODY                                | 501 5.5.4",
        "MAIL FROM:<a@x.test> BODY=7BIT BODY=8BITMIME             | 501 5.5.4",
        "MAIL FROM:<a@x.test> SIZE=ten                            | 501 5.5.4",
        "MAIL FROM:<a@x.test> SIZE=-1                             | 501 5.5.4",
        "MAIL FROM:<a@x.test> SIZE=99999999999999999999           | 552 5.3.4",
        "MAIL FROM:<a@x.test> SMTPUTF8=yes                        | 501 5.5.4",
        "MAIL FROM:<a@x.test> RET=FOO                             | 501 5.5.4",
        "MAIL FROM:<a@x.test> ENVID=a+1                           | 501 5.5.4",
        "MAIL FROM:<a@x.test> ENVID=a+20b                         | 250 2.1.0",
        "MAIL FROM:<a@x.test> ENVID=a+0D+0Ab                      | 501 5.5.4",
        "MAIL FROM:<a@x.test> ENVID=a+C3+A9                       | 501 5.5.4",
        "MAIL FROM:<a@x.test> AUTH=a+40x.test                     | 250 2.1.0",
        "MAIL FROM:<a@x.test> AUTH                                | 501 5.5.4",
        "MAIL FROM:<a@x.test> AUTH=a+zz                           | 501 5.5.4",
        "MAIL FROM:<a@x.test> AUTH=a+0D+0Ab                       | 501 5.5.4",
        "MAIL FROM:<a@x.test> =x                                  | 501 5.5.4",
        "MAIL FROM:<a@x.test> MT-PRIORITY=10                      | 501 5.5.4",
        "MAIL FROM:<a@x.test> MT-PRIORITY=-0                      | 501 5.5.4",
        "MAIL FROM:<a@x.test> HOLDFOR=2592001                     | 501 5.5.4",
        "MAIL FROM:<a@x.test> HOLDFOR=1 HOLDUNTIL=2030-01-01T00:00:00Z | 501 5.5.4",
        "MAIL FROM:<a@x.test> HOLDUNTIL=2020-01-01T00:00:00Z      | 501 5.5.4",
        "MAIL FROM:<a@x.test> HOLDUNTIL=tomorrow                  | 501 5.5.4",
        "MAIL FROM:<a@x.test> BY                                  | 501 5.5.4",
        "MAIL FROM:<a@x.test> BY=0;R                              | 501 5.5.4",
        "MAIL FROM:<a@x.test> BY=-1;RT                            | 501 5.5.4",
        "MAIL FROM:<a@x.test> BY=1000000000;N                     | 501 5.5.4",
        "MAIL FROM:<a@x.test> BY=60                               | 501 5.5.4",
        "MAIL FROM:<a@x.test> BY=60;X                             | 501 5.5.4",
        "MAIL FROM:<a@x.test> BY=60;NR                            | 501 5.5.4",
        "MAIL FROM:<a@x.test> BY=60;N BY=60;R                     | 501 5.5.4",
        "MAIL FROM:<a@x.test> BY=60;R HOLDFOR=60                  | 501 5.5.4",
        "MAIL FROM:<a@x.test> HOLDFOR=600 BY=60;N                 | 501 5.5.4",
        "MAIL FROM:<a@x.test> / MAIL FROM:<b@x.test>              | 503 5.5.1",
        "RCPT TO:<b@y.test>                                       | 503 5.5.1",
        "DATA                                                     | 503 5.5.1",
        "MAIL FROM:<a@x.test> / DATA                              | 503 5.5.1",
        "MAIL FROM:<a@x.test> / DATA now                          | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test>                | 250 2.1.5",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bc@y.test | 250 2.1.5",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> NOTIFY=never   | 250 2.1.5",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=x400;/c+3Dxx/ | 250 2.1.5",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=utf-8;\\x{FC}@y.test | 250 2.1.5",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=utf-8;\u00fc@y.test | 553 5.6.7",
        "MAIL FROM:<a@x.test> SMTPUTF8 / RCPT TO:<b@y.test> ORCPT=utf-8;\u00fc@y.test | 250 2.1.5",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> NOTIFY=NEVER,SUCCESS | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> NOTIFY=SUCCESS,SUCCESS | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> NOTIFY=        | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> NOTIFY=MAYBE   | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=b@y.test | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=rfc822;a+zz | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=rfc822;x+0D+0Ay | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=rfc822;x+C3+A9 | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=utf-8;\\x{10FFFF}\\x{2B}+2B@y.test | 250 2.1.5",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=utf-8;a\\x{}b | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=utf-8;\\x{110000} | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=utf-8;\\x{D800} | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=utf-8;\\x{41} | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=utf-8;\\x{0D} | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=utf-8;a+0D+0Ab | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=utf-8;a\\b | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> SIZE=1         | 555 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<>                        | 553 5.1.3",
        "MAIL FROM:<a@x.test> / RCPT TO:b@y.test                  | 553 5.1.3",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y..test>               | 553 5.1.3",
        "MAIL FROM:<a@x.test> / RCPT TO:<p\u00e9@y.test>          | 553 5.6.7",
        "MAIL FROM:<a@x.test> SMTPUTF8 / RCPT TO:<p\u00e9@y.test> | 250 2.1.5",
        "MAIL FROM:<a@x.test> / RCPT TO:<\"b c\"@y.test>          | 250 2.1.5",
        "MAIL FROM:<a@x.test> / RCPT TO:<@r.test:b@y.test>        | 250 2.1.5",
        "MAIL FROM:<a@x.test> / RCPT TO:<postmaster>              | 250 2.1.5",
        "MAIL FROM:<a@x.test> BODY=BINARYMIME / RCPT TO:<b@y.test> / DATA | 503 5.5.1",
        "EHLO                                                     | 501 5.5.4",
        "EHLO two words                                           | 501 5.5.4",
        "HELO                                                     | 501 5.5.4",
        "VRFY bob                                                 | 252 2.5.2",
        "EXPN list                                                | 502 5.5.1",
        "HELP                                                     | 214 2.0.0",
        "FOO                                                      | 500 5.5.1",
        "RSET                                                     | 250 2.0.0",
        "RSET now                                                 | 501 5.5.4",
        "QUIT now                                                 | 501 5.5.4",
        "STARTTLS now                                             | 501 5.5.4"
      })
  void aCommandShouldBeAnswered(String dialog, String reply) throws Exception {
    assertThat(last(dialog)).startsWith(reply + " ");
  }

  /** As any other control character is: who reads a CR as the end of a line sees two commands. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "MAIL FROM:<x^y@b.test>                                     | 501 5.1.7",
        "MAIL FROM:<a@x.test>^                                      | 501 5.1.7",
        "MAIL FROM:<a@x.test> ENVID=a^b                             | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<bob^x@y.test>              | 553 5.1.3",
        "MAIL FROM:<a@x.test> / RCPT TO:<\"bo^b\"@y.test>          | 553 5.1.3",
        "MAIL FROM:<a@x.test> / RCPT TO:<\"bo\\^b\"@y.test>        | 553 5.1.3",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=rfc822;a^b | 501 5.5.4",
        "MAIL FROM:<a@x.test> / RCPT TO:<b@y.test> ORCPT=utf-8;a^b  | 501 5.5.4",
        "EHLO a^b                                                   | 501 5.5.4",
        "HELO a^b                                                   | 501 5.5.4",
        "RSET ^                                                     | 501 5.5.4",
        "NOOP a^b                                                   | 501 5.5.4",
        "VRFY a^b                                                   | 501 5.5.4",
        "EXPN a^b                                                   | 501 5.5.4",
        "HELP ^                                                     | 501 5.5.4",
        "NOOP^                                                      | 500 5.5.1",
        "^NOOP                                                      | 500 5.5.1",
        "^                                                          | 500 5.5.1"
      })
  void aBareCrShouldBeRefused(String dialog, String reply) throws Exception {
    assertThat(last(dialog.replace('^', '\r'))).startsWith(reply + " ");
    if (dialog.matches("[A-Z].*\\^.+")) {
      assertThat(last(dialog.replace('^', '\0'))).startsWith(reply + " ");
    }
  }

  @Test
  void anArgumentOfQuitShouldNotEndTheSession() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("QUIT now", "501 5.5.4");
      client.ask("NOOP", "250");
      client.ask("QUIT", "221 2.0.0");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MT-PRIORITY=9", "MT-PRIORITY=-9", "HOLDFOR=60", "BY=120;R"})
  void aStrangerShouldNotSayWhenAMailIsDelivered(String parameter) throws Exception {
    Path other = Files.createDirectory(home.resolve("other"));
    try (SmtpHarness door =
            SmtpHarness.open(other, file -> file.replace("127.0.0.0/8", "127.0.9.1"));
        SmtpDialog client = door.client()) {
      client.ask("MAIL FROM:<a@x.test> " + parameter, "550 5.7.1");
      client.ask("MAIL FROM:<a@x.test>", "250");
    }
  }

  @Test
  void ehloShouldOfferWhatThereIs() throws Exception {
    try (SmtpDialog client = new SmtpDialog(harness.port())) {
      client.expect("220");
      List<String> lines = List.of(client.ask("EHLO [127.0.0.1]", "250").split("\n", -1));
      assertThat(lines.get(0)).matches("250-[^ ]+ Hello \\[127[.]0[.]0[.]1] \\[127[.]0[.]0[.]1]");
      assertThat(lines.stream().map(line -> line.substring(4).split(" ", -1)[0]))
          .contains(
              "PIPELINING",
              "ENHANCEDSTATUSCODES",
              "8BITMIME",
              "SMTPUTF8",
              "CHUNKING",
              "BINARYMIME",
              "DSN",
              "SIZE",
              "FUTURERELEASE",
              "MT-PRIORITY",
              "DELIVERBY",
              "STARTTLS")
          .doesNotContain("REQUIRETLS", "AUTH")
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void afterStartTlsTheClientShouldGreetAgain() throws Exception {
    try (SmtpDialog client = harness.client().startTls()) {
      client.ask("MAIL FROM:<a@x.test>", "503 5.5.1");
      client.ask("EHLO client.test", "250");
      client.ask("MAIL FROM:<a@x.test>", "250");
    }
  }

  private Mail accepted(String mail, String rcpt) throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask(octets("MAIL FROM:" + mail), "250");
      client.ask(octets("RCPT TO:" + rcpt), "250");
      client.ask("DATA", "354");
      client.send(MESSAGE).expect("250");
    }
    return harness.queues().mails().get(0);
  }

  @Test
  void whatWasAskedAboutReportsShouldStayWithTheMail() throws Exception {
    Mail mail = accepted("<a@x.test> RET=HDRS ENVID=QQ314159", "<b@y.test> NOTIFY=SUCCESS,FAILURE");

    DsnParameters said = mail.dsnParameters().orElseThrow();
    assertThat(said.getRetParameter()).contains(DsnParameters.Ret.HDRS);
    assertThat(said.getEnvIdParameter().orElseThrow().asString()).isEqualTo("QQ314159");
    assertThat(said.getRcptParameters().get(new MailAddress("b@y.test")).getNotifyParameter())
        .hasValueSatisfying(
            notify ->
                assertThat(notify)
                    .containsExactlyInAnyOrder(
                        DsnParameters.Notify.SUCCESS, DsnParameters.Notify.FAILURE));
  }

  @ParameterizedTest
  @CsvSource({
    "x400;/c+3Dxx/, ",
    "x400;/c+3Dxx/, FAILURE",
    "utf-8;\\x{FC}@y.test, NEVER",
    "rfc822;b+2Bc@y.test, ",
    "rfc822;no-address, SUCCESS",
    "rfc822;+22a+20b+22@y.test, DELAY"
  })
  void anOriginalRecipientShouldStayWithTheMailAsItCame(String orcpt, String wanted)
      throws Exception {
    String more = wanted == null ? "" : " NOTIFY=" + wanted;
    Mail mail = accepted("<a@x.test>", "<b@y.test> ORCPT=" + orcpt + more);

    assertThat(DsnRequest.of(mail, "b@y.test")).isEqualTo(new DsnRequest(wanted, orcpt));
    assertThat(DsnRequest.of(mail, "c@y.test")).isEqualTo(new DsnRequest(null, null));
  }

  @Test
  void anInternationalAddressShouldBeKeptWithAnALabel() throws Exception {
    Mail mail = accepted("<p\u00e9@\u00e4.test> SMTPUTF8", "<\u7528\u6237@\u4f8b\u5b50.test>");

    assertThat(mail.getMaybeSender().asString()).isEqualTo("\"p\u00e9\"@xn--4ca.test");
    assertThat(mail.getRecipients())
        .containsExactly(new MailAddress("\"\u7528\u6237\"@xn--fsqu00a.test"));
  }

  @Test
  void aHeaderInUtf8ShouldNeedSmtpUtf8OnlyWhenTheClientSaysSo() throws Exception {
    for (String parameter : List.of("", " SMTPUTF8")) {
      try (SmtpDialog client = harness.client()) {
        client.ask("MAIL FROM:<a@x.test>" + parameter, "250");
        client.ask("RCPT TO:<b@y.test>", "250");
        client.ask("DATA", "354");
        client.send(octets("Subject: \u00e9\r\n\r\nbody\r\n.\r\n")).expect("250");
      }
    }
    assertThat(harness.queues().mails())
        .extracting(mail -> mail.getAttribute(Needs.SMTPUTF8.attribute()).isPresent())
        .containsExactly(false, true);
  }

  @Test
  void aMailShouldBeHeldAsLongAsItsSenderAsks() throws Exception {
    accepted("<a@x.test> HOLDFOR=3600", "<b@y.test>");
    Instant until = Instant.now().plus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
    accepted("<a@x.test> HOLDUNTIL=" + until, "<b@y.test>");

    assertThat(harness.queues().delays().get(0)).isEqualTo(Duration.ofHours(1));
    assertThat(harness.queues().delays().get(1))
        .isBetween(Duration.ofMinutes(119), Duration.ofHours(2));
  }

  @Test
  void theTimeToDeliverInShouldStayWithTheMailFromItsReceptionOn() throws Exception {
    long before = System.currentTimeMillis();
    Mail mail = accepted("<a@x.test> BY=120;RT", "<b@y.test>");

    DeliverBy by = Needs.deliverBy(mail).orElseThrow();
    assertThat(by.deadline() - 120_000).isBetween(before, System.currentTimeMillis());
    assertThat(by.returns()).isTrue();
    assertThat(by.trace()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"-9,0", "-1,4", "0,5", "9,9"})
  void aPriorityShouldBecomeOneOfTheQueues(int said, int queued) throws Exception {
    Mail mail = accepted("<a@x.test> MT-PRIORITY=" + said, "<b@y.test>");

    assertThat(
            mail.getAttribute(MailPrioritySupport.MAIL_PRIORITY).orElseThrow().getValue().value())
        .isEqualTo(queued);
  }

  @Test
  void theTraceFieldShouldTellHowTheMailCame() throws Exception {
    accepted("<a@x.test>", "<b@y.test>");

    assertThat(harness.queues().messages().get(0))
        .matches(
            "(?s)Received: from client[.]test \\(\\[127[.]0[.]0[.]1]\\)\r\n +by [^ ]+"
                + " \\(Posthouse\\) with ESMTP ID [0-9a-f]+\r\n +for <b@y[.]test>;\r\n"
                + " +[A-Z][a-z]{2}, .*\r\nSubject: x\r\n.*");
  }

  @Test
  void missingFieldsShouldBeAddedBelowTheTraceField() throws Exception {
    accepted("<a@x.test>", "<b@y.test>");

    assertThat(harness.queues().messages().get(0))
        .matches(
            String.join(
                "\r\n",
                "(?s)Received: .*;",
                " +[A-Z][a-z]{2}, [^\r]*",
                "Date: [A-Z][a-z]{2}, \\d{1,2} [A-Z][a-z]{2} \\d{4} [0-9:]{8} [+-]\\d{4}",
                "Message-ID: <[0-9a-f]{24}@relay[.]test>",
                "Subject: x",
                "",
                "body",
                ""));
  }

  @Test
  void fieldsThatAreThereShouldStay() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<a@x.test>", "250");
      client.ask("RCPT TO:<b@y.test>", "250");
      client.ask("DATA", "354");
      client.send("message-id:\r\n <x@y>\r\nDATE:  now \r\n\r\nbody\r\n.\r\n").expect("250");
    }
    assertThat(harness.queues().messages().get(0))
        .endsWith("\r\nmessage-id:\r\n <x@y>\r\nDATE:  now \r\n\r\nbody\r\n")
        .doesNotContain("Date: ", "Message-ID: ");
  }

  @Test
  void tlsShouldShowInTheTraceField() throws Exception {
    try (SmtpDialog client = harness.client().startTls()) {
      client.ask("EHLO client.test", "250");
      client.ask("MAIL FROM:<a@x.test>", "250");
      client.ask("RCPT TO:<b@y.test>", "250");
      client.ask("RCPT TO:<c@y.test>", "250");
      client.ask("DATA", "354");
      client.send(MESSAGE).expect("250");
    }
    assertThat(harness.queues().messages().get(0))
        .contains(" with ESMTPS ID ")
        .contains("(TLSv1.3 TLS_")
        .doesNotContain(" for <");
  }

  /** What James delivers once is taken once, so that the log has all that was accepted. */
  @Test
  void recipientThatWasNamedBeforeShouldBeTakenOnce() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("MAIL FROM:<a@x.test>", "250");
      client.ask("RCPT TO:<Case@y.test>", "250 2.1.5 Recipient Ok");
      client.ask("RCPT TO:<cASE@Y.test> NOTIFY=NEVER", "250 2.1.5 Recipient Ok, named before");
      client.ask("RCPT TO:<other@y.test>", "250");
      client.ask("DATA", "354");
      client.ask("Subject: x\r\n\r\nx\r\n.", "250");
    }
    Mail mail = harness.queues().mails().get(0);
    assertThat(mail.getRecipients())
        .extracting(MailAddress::asString)
        .containsExactly("Case@y.test", "other@y.test");
  }
}
