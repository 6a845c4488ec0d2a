/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.SmtpDialog;
import org.slf4j.LoggerFactory;

/** A stranger cannot fill the log with traces. */
class BrokenConnectionTest {
  @TempDir Path home;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("org.posthouse.james.smtp");
  private final Logger mail = (Logger) LoggerFactory.getLogger("org.posthouse.mail");
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    harness = SmtpHarness.open(home);
    log.start();
    root.addAppender(log);
    ours.setLevel(Level.INFO);
    mail.setLevel(Level.INFO);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
    root.detachAppender(log);
    ours.setLevel(null);
    mail.setLevel(null);
  }

  @Test
  void aConnectionThatIsResetShouldBeOneLine() throws Exception {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), harness.port())) {
      assertThat(client.getInputStream().read()).isEqualTo('2');
      client.setSoLinger(true, 0);
    }
    assertOneLine();
  }

  @Test
  void whatIsNoTlsShouldBeOneLine() throws Exception {
    try (SmtpDialog client = harness.client()) {
      client.ask("STARTTLS", "220");
      client.send("GET / HTTP/1.1\r\n\r\n");
      assertOneLine();
      assertThat(client.isClosedByServer() || !client.readToEnd().contains("451")).isTrue();
    }
  }

  private void assertOneLine() {
    Awaitility.await().until(() -> lines().stream().anyMatch(this::isBreak));
    assertThat(lines()).filteredOn(this::isBreak).hasSize(1);
    assertThat(List.copyOf(log.list)).noneMatch(event -> event.getThrowableProxy() != null);
  }

  private boolean isBreak(String line) {
    return line.startsWith("Connection of 127.0.0.1 broke: ")
        || line.matches("refused id=.* client=127[.]0[.]0[.]1 .* reply=- reason=protocol .*");
  }

  private List<String> lines() {
    return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
