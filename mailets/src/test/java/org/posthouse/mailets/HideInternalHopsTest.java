/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HideInternalHopsTest {
  private static final String OWN =
      "Received: from ws1.corp.example ([10.1.2.3])\r\n          by relay.example.com (JAMES SMTP"
          + " Server ) with ESMTPA ID 7;\r\n          Sun, 29 Nov 2026 15:00:00 +0000 (UTC)\r\n";
  private static final String INTERNAL =
      "Received: from ws1 (ws1.corp.example [10.1.2.3])\r\n\tby mail.corp.example (Postfix) with"
          + " ESMTPSA id 4AB\r\n\tfor <bob@remote.example>; Sun, 29 Nov 2026 14:59:59 +0000\r\n";
  private static final String ENTRY =
      crlf(
          """
          Received: from out.partner.example (out.partner.example [203.0.113.9])
          \tby mail.corp.example (Postfix) with ESMTPS id 5CD; Sun, 29 Nov 2026 14:00 +0000
          """);
  private static final String FOREIGN =
      "Received: by out.partner.example with local; Sun, 29 Nov 2026 13:00:00 +0000\r\n";

  @Test
  void internalSidesShouldBeBlurredAndTheCountOfLinesStay() throws Exception {
    assertThat(after(OWN + INTERNAL + ENTRY + FOREIGN, "internal", "private, .corp.example"))
        .isEqualTo(
            "Received: from hidden\r\n          by relay.example.com (JAMES SMTP Server ) with"
                + " ESMTPA ID 7;\r\n          Sun, 29 Nov 2026 15:00:00 +0000 (UTC)\r\n"
                + "Received: from hidden by hidden with ESMTPSA;"
                + " Sun, 29 Nov 2026 14:59:59 +0000\r\n"
                + "Received: from out.partner.example (out.partner.example [203.0.113.9])\r\n"
                + "\tby hidden with ESMTPS id 5CD; Sun, 29 Nov 2026 14:00 +0000\r\n"
                + FOREIGN);
  }

  @Test
  void hopsBetweenInternalHostsShouldBeRemovedByChoice() throws Exception {
    String after =
        after(
            OWN + INTERNAL + ENTRY,
            "internal",
            "private, .corp.example",
            "received",
            "remove",
            "word",
            "x");
    assertThat(after).doesNotContain("ESMTPSA", "10.1.2.3", "corp.example");
    assertThat(after.lines().filter(line -> line.startsWith("Received:"))).hasSize(2);
    assertThat(after).startsWith("Received: from x\r\n          by relay.example.com (JAMES");
  }

  @Test
  void externalClientShouldNotCountAsInternalByWhatItSays() throws Exception {
    String forged =
        OWN
            + "Received: from mail.corp.example (unknown [203.0.113.9])\r\n\tby mail.corp.example"
            + " with SMTP; now\r\n";
    assertThat(after(forged, "internal", ".corp.example", "received", "remove"))
        .contains("Received: from hidden (unknown [203.0.113.9])\r\n\tby hidden with SMTP; now");
  }

  @Test
  void linesByThisHostShouldAlwaysNameIt() throws Exception {
    String again = OWN.replace("ws1.corp.example", "relay.example.com");
    String after =
        after(
            OWN + again + INTERNAL,
            "internal",
            "private, relay.example.com, .corp.example",
            "ownNames",
            "RELAY.example.com",
            "received",
            "remove");
    assertThat(after.split("by relay.example.com \\(JAMES", -1)).hasSize(3);
    assertThat(after).doesNotContain("from relay.example.com", "10.1.2.3");
  }

  @Test
  void loopsShouldStillBeFoundByLoopGuard() throws Exception {
    String loop = (OWN + INTERNAL).repeat(4);
    MailImpl mail = Mailets.mail(loop + "\r\n", "s@x", "r@y");
    String[] hide = {
      "internal", "private, .corp.example, relay.example.com", "ownNames", "relay.example.com"
    };
    Mailets.init(new HideInternalHops(), hide).service(mail);
    Mailets.init(new LoopGuard(), "ownNames", "relay.example.com", "maxOwnReceived", "3")
        .service(mail);
    assertThat(mail.getAttribute(AttributeName.of("delivery-error")).orElseThrow().toString())
        .contains("8 Received fields, 4 of them ours");
  }

  @Test
  void oddLinesShouldLoseTheirInternalAddressesOnly() throws Exception {
    String odd =
        crlf(
            """
            Received: (qmail 12 invoked from network); 1 Jan 2026 00:00:00 -0000
            Received: from unknown (HELO ws) (10.9.9.9)
              by 0 with SMTP; x
            Received: by 10.1.1.1 with SMTP id a1; x
            Received: from [IPv6:fd00::7] by mx.example.net with SMTP; x
            Received: from ( broken 10.2.2.2 at mx; x
            Received: from ( broken 10.2.2.2. at mx
            Received: from ( broken at mx; 10.2.2.3 1 Jan 2026 10:00:00 -0000
            Received: from a.example.net by b.example.net; 1 Jan 2026 10:00:00 -0000 (10.2.2.4)
            Received: from 10.2.2.5 by 10.2.2.6; 1 Jan 2026 10:00:00 -0000 (ws.localdomain)
            Received: from a.example.net; by b.example.net id 10.0.0.1:25; x
            Received: from a.example.net (H=10.0.0.1:25 P:10.0.0.2) by b.example.net; x
            Received: from ws (10.0.0.3:4711) by b.example.net (2001:db8::1) with x; x
            Received: from a.example.net by b.example.net with SMTP (for 192.168.0.1); x
            Received:
            """);
    assertThat(after(OWN + odd).substring(after(OWN).length()))
        .isEqualTo(
            crlf(
                """
                Received: (qmail 12 invoked from network); 1 Jan 2026 00:00:00 -0000
                Received: from hidden
                  by 0 with SMTP; x
                Received: by hidden with SMTP; x
                Received: from hidden by mx.example.net with SMTP; x
                Received: from ( broken hidden at mx; x
                Received: from ( broken hidden at mx
                Received: from ( broken at mx; hidden 1 Jan 2026 10:00:00 -0000
                Received: from a.example.net by b.example.net; 1 Jan 2026 10:00:00 -0000 (hidden)
                Received: from hidden by hidden; 1 Jan 2026 10:00:00 -0000 (hidden)
                Received: from a.example.net; by b.example.net id hidden:25; x
                Received: from hidden by b.example.net; x
                Received: from hidden by b.example.net (2001:db8::1) with x; x
                Received: from a.example.net by b.example.net with SMTP (for hidden); x
                Received:
                """));
  }

  @Test
  void presetsShouldRemoveTheirFields() throws Exception {
    String text =
        crlf(
            """
            X-Mailer: m
            user-agent: u
            X-Originating-IP: 1
            X-MS-Exchange-Organization-X: 1
            X-Corp-Id: 1
            Subject: s
            X-Priority: 1
            """);
    assertThat(after(text)).isEqualTo(crlf("X-Corp-Id: 1\nSubject: s\nX-Priority: 1\n"));
    assertThat(after(text, "hide", "client", "except", "X-Mailer, X-Orig*", "also", "x-corp-*"))
        .isEqualTo(
            crlf(
                """
                X-Mailer: m
                X-Originating-IP: 1
                X-MS-Exchange-Organization-X: 1
                Subject: s
                X-Priority: 1
                """));
    assertThat(after(OWN + "X-Mailer: m\r\n", "hide", "exchange"))
        .isEqualTo(OWN + "X-Mailer: m\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Received: by 10.1.2.3",
        "X-HTTP-UserAgent: u",
        "FCC: imap://ann@mail.corp.example/Sent",
        "X-Exchange-Antispam: x",
        "X-CrossPremises-Organization: x",
        "X-CrossPremisesHeadersPromoted: x"
      })
  void presetsShouldHaveTheLessKnownFields(String line) throws Exception {
    assertThat(after(line + "\r\n")).isEmpty();
  }

  /** The first three are of RFC 2045 section 4. */
  @ParameterizedTest
  @CsvSource({
    "1.0 (produced by MetaSend Vx.x), 1.0",
    "(produced by MetaSend Vx.x) 1.0, 1.0",
    "1.(produced by MetaSend Vx.x)0, 1.0",
    "1.0 (Mac OS X Mail 16.0 \\(3774.600.62\\)), 1.0",
    "1.0 (never closed, 1.0",
    "1.0, 1.0",
    "'1.0  ', '1.0  '",
    "2.0 (x), 2.0 (x)",
    "(x), (x)"
  })
  void commentsOfMimeVersionShouldGo(String value, String expected) throws Exception {
    String name = "Mime-Version: ";
    assertThat(after(name + value + "\r\n")).isEqualTo(name + expected + "\r\n");
    assertThat(after(name + value + "\r\n", "hide", "exchange")).contains(value);
    assertThat(after(name + value + "\r\n", "except", "MIME-*")).contains(value);
  }

  @ParameterizedTest
  @CsvSource({
    "from, From",
    "*, From",
    "S*, Sender",
    "X-Corp; To, ''",
    "To, To",
    "cc, Cc",
    "*-ID, Message-ID",
    "Date, Date",
    "Mime-Version, MIME-Version",
    "Content-*, Content-Type",
    "content-md5, Content-*",
    "C*, Cc",
    "Received, Received",
    "Re*, Received"
  })
  void whatAMailNeedsShouldNotBeRemoved(String also, String needed) {
    assertThatThrownBy(() -> after("", "also", also.replace(';', ',')))
        .hasMessageContaining("HideInternalHops: <also> would remove ")
        .hasMessageContaining(needed)
        .hasMessageContaining(", which a mail needs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"also", "except"})
  void namesWithBlanksShouldBeRefused(String parameter) throws Exception {
    assertThatThrownBy(() -> after("", parameter, "X-Corp, X Ticket"))
        .hasMessageContaining("<" + parameter + "> is wrong: 'X Ticket' is no name");
    assertThat(after("X-Corp: x\r\n", "also", "\n  X-Ticket,\n  X-Corp,\n")).isEmpty();
  }

  @Test
  void namesOfHostsMayBeginWithADigit() throws Exception {
    for (String host : List.of("163.com", ".3com.example", "10.corp.example", "ws-1", "1a")) {
      assertThat(after("X: y\r\n", "internal", host)).isEqualTo("X: y\r\n");
    }
  }

  @Test
  void nothingShouldBeWrittenWhenNothingChanges() throws Exception {
    String text = FOREIGN + ENTRY + "Subject: s\r\n\r\n";
    Mail mail = Mailets.fakeMail(text);
    CountingMessage message = new CountingMessage(text);
    mail.setMessage(message);
    Mailets.init(new HideInternalHops()).service(mail);
    assertThat(message.edits()).isZero();
  }

  @Test
  void hugeLinesShouldEndInTime() throws Exception {
    long start = System.nanoTime();
    for (String unit : new String[] {"from ", "by x ", "(", "10.0.0.1 ", "a.b", "; "}) {
      after("Received: " + unit.repeat(100_000 / unit.length()) + "\r\n");
    }
    assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
  }

  @Test
  void wrongParametersShouldBeRefused() {
    assertThatThrownBy(() -> after("", "hide", "recieved"))
        .hasMessageContaining("did you mean 'received'?");
    assertThatThrownBy(
            () -> after("", "hide", "recieved, received, clints", "also", "X-*-*, Y-*-*"))
        .hasMessageContaining("<hide> does not know 'recieved'; did you mean 'received'?")
        .hasMessageContaining("does not know 'clints'")
        .hasMessageContaining("X-*-*")
        .hasMessageContaining("Y-*-*");
    assertThatThrownBy(() -> after("", "internal", "10.0.0.0/33, a b, x/8"))
        .hasMessageContaining("'10.0.0.0/33' is no network")
        .hasMessageContaining("'x/8' is no network");
    for (String misspelt :
        List.of("300.1.1.1", "10.1.2", "10", "10.1.2.x", "10.0.0.1O", "192.168.", ".10.1", "::g")) {
      assertThatThrownBy(() -> after("", "internal", "10.0.0.1, " + misspelt))
          .hasMessageContaining(
              "<internal> is wrong: '" + misspelt + "' is no network, no address");
    }
    assertThatThrownBy(() -> after("", "internal", "privat"))
        .hasMessageContaining("<internal> is wrong: 'privat' is unknown; did you mean 'private'?");
    assertThatThrownBy(() -> after("", "internal", "300.1.1.1, privat"))
        .hasMessageContaining("'privat' is unknown; did you mean 'private'?; '300.1.1.1' is no");
    assertThatThrownBy(() -> after("", "word", "a b")).hasMessageContaining("<word>");
    assertThatThrownBy(() -> after("", "also", "X-*-*")).hasMessageContaining("<also> is wrong");
    assertThatThrownBy(() -> after("", "preset", "all")).hasMessageContaining("<preset>");
  }

  private static String crlf(String text) {
    return text.replace("\n", "\r\n");
  }

  private static String after(String header, String... parameters) throws Exception {
    Mail mail = Mailets.fakeMail("");
    CountingMessage message = new CountingMessage(header + "\r\n");
    mail.setMessage(message);
    Mailets.init(new HideInternalHops(), parameters).service(mail);
    return message.header();
  }
}
