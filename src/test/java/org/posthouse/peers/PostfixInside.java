/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.PrivateNetwork;
import org.posthouse.trial.ReceivedMail;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;

/**
 * What {@link PostfixTest} runs: Postfix takes mail for data.test by DATA and for bdat.test by
 * BDAT, and hands it to a server of the test, which does not offer DSN: Postfix has to report
 * successes.
 */
class PostfixInside {
  private static final String ALICE = "alice@data.test";
  private static final int NEXT_PORT = 2525;

  private static ScriptedSmtpServer next;
  private static ZoneServer zones;
  private static Postfix postfix;
  private static Relay relay;

  @TempDir static Path home;

  @BeforeAll
  static void start() throws Exception {
    next =
        ScriptedSmtpServer.start(
            new InetSocketAddress(InetAddress.getByName(PrivateNetwork.STRANGER), NEXT_PORT),
            SmtpScript.accepting().extensions("PIPELINING", "8BITMIME", "SIZE 0"),
            mail -> {});
    zones =
        ZoneServer.start(
            Map.of(
                "data.test",
                "@ MX 10 mx\nmx A " + PrivateNetwork.SINK + "\n",
                "bdat.test",
                "@ MX 10 mx\nmx A 192.0.2.26\n"));
    String to = "[" + PrivateNetwork.STRANGER + "]:" + NEXT_PORT;
    postfix = Postfix.start(PrivateNetwork.SINK, "192.0.2.26", to);
    relay =
        Relay.start(
            home, "<destinations><default><connections>1</connections></default></destinations>");
  }

  @AfterAll
  static void stop() throws Exception {
    relay.close();
    postfix.close();
    zones.close();
    next.close();
  }

  static Stream<String> letters() {
    return Letters.all().keySet().stream()
        .flatMap(name -> Stream.of(name + "@data.test", name + "@bdat.test"));
  }

  @ParameterizedTest
  @MethodSource("letters")
  void messageShouldArriveOctetByOctet(String recipient) throws Exception {
    String letter = Objects.requireNonNull(Letters.all().get(recipient.replaceAll("@.*", "")));
    relay.submit(ALICE, recipient, letter);
    assertThat(relay.fate(recipient))
        .startsWith("delivered ")
        .contains("host=mx." + recipient.replaceAll(".*@", ""));
    ReceivedMail mail = arrived(each -> each.recipients().equals(List.of(recipient)));
    assertThat(mail.text().endsWith(letter)).as("what arrived ends with the letter").isTrue();
    assertThat(mail.mailFrom().contains("BODY=8BITMIME")).isEqualTo(recipient.contains("eight"));
  }

  private static ReceivedMail arrived(Predicate<ReceivedMail> which) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> next.mails().stream().filter(which).findFirst(), Optional::isPresent)
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"data.test", "bdat.test"})
  void mailsShouldShareAConnectionUnderTls(String domain) throws Exception {
    List<String> recipients = List.of("one@" + domain, "two@" + domain, "three@" + domain);
    String[] names = recipients.stream().map(each -> "<" + each + ">").toArray(String[]::new);
    for (int i = 0; i < 5; i++) {
      relay.submit("<" + ALICE + ">", Arrays.asList(names), "Subject: " + i + "\r\n\r\nhello\r\n");
    }
    for (String recipient : recipients) {
      assertThat(relay.fate(recipient)).startsWith("delivered ");
    }
    // Postfix counts what one connection did when it ends.
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(postfix.log())
                    .containsPattern(
                        "disconnect from .* ehlo=2 starttls=1 mail=[\\d/]+ rcpt=[\\d/]+ "
                            + (domain.startsWith("bdat") ? "bdat" : "data")
                            + "=(?:[5-9]|\\d\\d)"));
    assertThat(postfix.log())
        .contains("Anonymous TLS connection established from unknown[192.0.2.1]: TLSv1.3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"data.test", "bdat.test"})
  void onlyTheRefusedRecipientShouldBeReported(String domain) throws Exception {
    String good = "beside@" + domain;
    String bad = "never@" + domain;
    String sender = "told-of-" + domain.replace('.', '-') + "@data.test";
    relay.submit(
        "<" + sender + ">", List.of("<" + bad + ">", "<" + good + ">"), "Subject: x\r\n\r\nx\r\n");
    assertThat(relay.fate(good)).startsWith("delivered ");
    assertThat(relay.fate(bad))
        .startsWith("bounced ")
        .contains("host=mx." + domain, "550 5.1.1", "Nobody of that name");
    assertThat(arrived(mail -> mail.recipients().contains(sender)).text())
        .contains("multipart/report", "Final-Recipient: rfc822; " + bad, "Status: 5.1.1")
        .doesNotContain("Final-Recipient: rfc822; " + good);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data.test", "bdat.test"})
  void mailThatIsRefusedAsAWholeShouldBounce(String domain) throws Exception {
    String recipient = "refuses@" + domain;
    relay.submit(
        "refused@" + domain, recipient, Objects.requireNonNull(Letters.all().get("block")));
    assertThat(relay.fate(recipient)).startsWith("bounced ").contains("554 5.7.1", "Not this one");
  }

  @Test
  void recipientThatIsPutOffShouldWait() throws Exception {
    relay.submit(ALICE, "later@data.test", "Subject: x\r\n\r\nx\r\n");
    assertThat(relay.fate("later@data.test")).startsWith("deferred ").contains("450 4.2.0");
  }

  @Test
  void mailAboveTheSizeOfTheHostShouldBounceUnsent() throws Exception {
    String body = "0123456789012345678901234567890123456789\r\n".repeat(200_000);
    relay.submit(ALICE, "too-large@data.test", "Subject: large\r\n\r\n" + body);
    assertThat(relay.fate("too-large@data.test"))
        .startsWith("bounced ")
        .contains("the host takes messages up to 8000000 octets only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"data.test", "bdat.test"})
  void successShouldBeReportedByPostfixAndNotByUs(String domain) throws Exception {
    String sender = "asks-" + domain.replace('.', '-') + "@data.test";
    relay.submit(
        "<" + sender + "> RET=HDRS ENVID=id+2B7",
        List.of("<wanted@" + domain + "> NOTIFY=SUCCESS ORCPT=rfc822;first+2Bname@else.test"),
        "Subject: wanted\r\n\r\nhello\r\n");
    assertThat(relay.fate("wanted@" + domain)).startsWith("delivered ");
    ReceivedMail report = arrived(mail -> mail.recipients().contains(sender));
    assertThat(report.text())
        .contains("Reporting-MTA: dns; mx.postfix.test", "Action: relayed")
        .contains("Original-Envelope-Id: id+7")
        .contains("Original-Recipient: rfc822;first+name@else.test");
    assertThat(next.mails().stream().filter(mail -> mail.recipients().contains(sender))).hasSize(1);
  }
}
