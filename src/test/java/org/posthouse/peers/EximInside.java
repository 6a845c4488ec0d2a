/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthouse.acceptance.PrivateNetwork;

/** What {@link EximTest} runs. */
class EximInside {
  private static ZoneServer zones;
  private static Exim exim;
  private static Relay relay;

  @TempDir static Path home;

  @BeforeAll
  static void start() throws Exception {
    zones = ZoneServer.start(Map.of("exim.test", "@ MX 10 mx\nmx A " + PrivateNetwork.SINK + "\n"));
    exim = Exim.start();
    relay =
        Relay.start(
            home, "<destinations><default><connections>1</connections></default></destinations>");
  }

  @AfterAll
  static void stop() throws Exception {
    relay.close();
    exim.close();
    zones.close();
  }

  static Set<String> letters() {
    return Letters.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("letters")
  void messageShouldArriveOctetByOctet(String name) throws Exception {
    String letter = Objects.requireNonNull(Letters.all().get(name));
    relay.submit("alice@exim.test", name + "@exim.test", letter);
    assertThat(relay.fate(name + "@exim.test"))
        .startsWith("delivered ")
        .contains("host=mx.exim.test[192.0.2.25]:25");
    assertThat(arrived(name).endsWith(letter)).as("it ends with the letter").isTrue();
    assertThat(exim.log())
        .as("TLS, and K for CHUNKING")
        .containsPattern(
            "<= alice@exim.test .* P=esmtps X=TLS1.3.* K .*for " + name + "@exim.test");
  }

  /** Mail that Exim has delivered, its own reports included. */
  private static String arrived(String recipient) throws Exception {
    try {
      return Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> exim.mailTo(recipient), Optional::isPresent)
          .orElseThrow();
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("no mail to " + recipient + ":\n" + exim.log() + relay.log(), e);
    }
  }

  @ParameterizedTest
  @CsvSource({"refused-late, small, now that I have it", "refused-late, large, now that I have it"})
  void mailThatIsRefusedShouldBounceAndTheNextOneArrive(String sender, String name, String why)
      throws Exception {
    String recipient = sender + "." + name + "@exim.test";
    relay.submit(sender + "@exim.test", recipient, Objects.requireNonNull(Letters.all().get(name)));
    assertThat(relay.fate(recipient)).startsWith("bounced ").contains("550", why);
    String next = "after." + sender + "." + name;
    relay.submit("alice@exim.test", next + "@exim.test", "Subject: next\r\n\r\nhello\r\n");
    assertThat(relay.fate(next + "@exim.test")).startsWith("delivered ");
  }

  @Test
  void recipientsShouldBeAnsweredEachForItself() throws Exception {
    relay.submit(
        "<told@exim.test>",
        List.of("<never@exim.test>", "<later@exim.test>", "<good@exim.test>"),
        "Subject: x\r\n\r\nhello\r\n");
    assertThat(relay.fate("good@exim.test")).startsWith("delivered ");
    assertThat(relay.fate("later@exim.test")).startsWith("deferred ").contains("451", "Not now");
    assertThat(relay.fate("never@exim.test"))
        .startsWith("bounced ")
        .contains("Nobody of that name");
    assertThat(arrived("told"))
        .contains("multipart/report", "Final-Recipient: rfc822; never@exim.test")
        .doesNotContain("Final-Recipient: rfc822; later@exim.test");
  }

  @Test
  void successShouldBeReportedByExim() throws Exception {
    relay.submit(
        "<asks@exim.test> RET=HDRS ENVID=id+2B7",
        List.of("<wanted@exim.test> NOTIFY=SUCCESS ORCPT=rfc822;first@else.test"),
        "Subject: wanted\r\n\r\nhello\r\n");
    assertThat(relay.fate("wanted@exim.test")).startsWith("delivered ");
    assertThat(arrived("asks"))
        .contains("Reporting-MTA: dns; mx.exim.test", "Action: delivered")
        .contains("Original-Recipient: rfc822;first@else.test")
        .contains("Original-Envelope-ID: id+2B7");
  }

  @Test
  void oneConnectionShouldCarryMails() throws Exception {
    for (int i = 0; i < 5; i++) {
      relay.submit("alice@exim.test", "row" + i + "@exim.test", "Subject: row\r\n\r\nhello\r\n");
    }
    for (int i = 0; i < 5; i++) {
      assertThat(relay.fate("row" + i + "@exim.test")).startsWith("delivered ");
    }
    long connections =
        exim.log()
            .lines()
            .filter(line -> line.contains("SMTP connection from [192.0.2.1]"))
            .count();
    long mails = exim.log().lines().filter(line -> line.contains(" <= alice@exim.test")).count();
    assertThat(connections).isLessThan(mails);
  }
}
