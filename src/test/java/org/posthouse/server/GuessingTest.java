/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.faults.Tools;
import org.slf4j.LoggerFactory;

/**
 * Guessing at a real server: waits, a block, its lines in the log, and the filter that reads them.
 */
class GuessingTest {
  private static final Path FILTER = Path.of("doc/howto/fail2ban/filter.d/posthouse.conf");
  private static final Path LOGBACK = Path.of("../conf/logback.xml");

  @TempDir Path home;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger all = (Logger) LoggerFactory.getLogger("org.posthouse");
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    Path conf = Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        conf.resolve("identities.xml"),
        "<identities><users/><guessing><firstDelay>200 ms</firstDelay>"
            + "<longestDelay>400 ms</longestDelay><block>2 s</block>"
            + "<perAddress>3</perAddress></guessing></identities>");
    log.start();
    all.addAppender(log);
    all.setLevel(Level.INFO);
    harness = SmtpHarness.open(home);
  }

  @AfterEach
  void close() {
    harness.close();
    all.detachAppender(log);
    all.setLevel(null);
  }

  private List<String> lines() {
    return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static String plain(String login, String password) {
    String message = "\0" + login + "\0" + password;
    return "AUTH PLAIN " + Base64.getEncoder().encodeToString(message.getBytes(UTF_8));
  }

  private SmtpDialog client() throws Exception {
    SmtpDialog client = harness.client().startTls();
    client.ask("EHLO client.test", "250");
    return client;
  }

  @Test
  void guessesShouldWaitThenBeBlockedAndThenBeListenedToAgain() throws Exception {
    try (SmtpDialog client = client()) {
      long began = System.nanoTime();
      client.ask(plain(SmtpHarness.USER, "one"), "535");
      client.ask(plain(SmtpHarness.USER, "two"), "535");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(600));
      client.ask(plain("nobody", "three"), "535");
      String right = plain(SmtpHarness.USER, SmtpHarness.PASSWORD);
      client.ask(right, "454 4.7.0 Too many failed logins");
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> client.ask(right, "").startsWith("235"));
    }
    assertThat(lines())
        .contains(
            "blocked scope=address of=127.0.0.1 for=2s client=127.0.0.1 login=nobody",
            "unblocked scope=address of=127.0.0.1")
        .noneMatch(line -> line.contains(SmtpHarness.PASSWORD));
  }

  @Test
  void guessesAtTheSameTimeShouldNotBeAnsweredBeyondTheLimit() throws Exception {
    List<SmtpDialog> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        clients.add(client());
      }
      for (SmtpDialog client : clients) {
        client.send(plain(SmtpHarness.USER, "wrong") + "\r\n");
      }
      int answered = 0;
      for (SmtpDialog client : clients) {
        answered += client.reply().startsWith("535") ? 1 : 0;
      }
      assertThat(answered).isBetween(1, 4); // two may be counted in the same moment
    } finally {
      for (SmtpDialog client : clients) {
        client.close();
      }
    }
  }

  @Test
  void whoWasRightHereBeforeShouldNotBeLockedOutByOthers() throws Exception {
    try (SmtpDialog client = client()) {
      client.ask(plain(SmtpHarness.USER, SmtpHarness.PASSWORD), "235");
    }
    try (SmtpDialog client = client()) {
      for (int i = 0; i < 3; i++) {
        client.ask(plain("nobody" + i, "x"), "535");
      }
      client.ask(plain("nobody9", "x"), "454 4.7.0");
      client.ask(plain(SmtpHarness.USER, SmtpHarness.PASSWORD), "235");
    }
  }

  @Test
  void theFilterShouldFindTheClientInEachLineOfAGuessAndInNoOther() throws Exception {
    try (SmtpDialog client = client()) {
      client.ask(plain(SmtpHarness.USER, "one"), "535");
      client.ask("AUTH CRAM-MD5", "504");
      client.ask("RCPT TO:<x@next.test>", "503");
      client.ask(plain("a\" reply=\"535 client=192.0.2.1", "two"), "535");
      client.ask(plain(SmtpHarness.USER, "three"), "535");
      client.ask(plain(SmtpHarness.USER, "four"), "454");
    }
    assertThat(found()).hasSize(4).containsOnly("127.0.0.1");
  }

  /** The addresses that fail2ban-regex finds in the log, as conf/logback.xml would write it. */
  private List<String> found() throws Exception {
    Tools.require("fail2ban-regex");
    PatternLayout layout = new PatternLayout();
    layout.setContext(all.getLoggerContext());
    layout.setPattern(filePattern());
    layout.start();
    Path file = home.resolve("posthouse.log");
    Files.writeString(file, log.list.stream().map(layout::doLayout).collect(joining()));
    Process filter =
        new ProcessBuilder("fail2ban-regex", "--out", "ip", file.toString(), FILTER.toString())
            .redirectErrorStream(true)
            .start();
    String found = new String(filter.getInputStream().readAllBytes(), UTF_8);
    assertThat(filter.waitFor()).as(found).isZero();
    return found.lines().toList();
  }

  private static String filePattern() throws Exception {
    List<String> patterns =
        Pattern.compile("<pattern>(.*)</pattern>")
            .matcher(Files.readString(LOGBACK))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(patterns).as("the second is the file's").hasSize(2);
    return patterns.get(1);
  }
}
