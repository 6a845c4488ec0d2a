/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.posthouse.acceptance.PrivateNetwork;
import org.posthouse.acceptance.RelayProcess;
import org.posthouse.acceptance.ShippedHome;
import org.posthouse.acceptance.SmtpDialog;

/** The relay with the shipped configuration, which takes mail from the test without a login. */
final class Relay implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RelayProcess process;

  private Relay(RelayProcess process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param settings elements of relay.xml
   */
  static Relay start(Path home, String settings) throws IOException {
    Path conf = ShippedHome.create(home).resolve("conf");
    Path doors = conf.resolve("smtpserver.xml");
    Files.writeString(
        doors,
        Files.readString(doors).replace("127.0.0.0/8, ::1", PrivateNetwork.STRANGER + "/32"));
    Files.writeString(conf.resolve("relay.xml"), "<relay>" + settings + "</relay>");
    RelayProcess process = RelayProcess.launch(PrivateNetwork.inRelaysNamespace(), home);
    try {
      return new Relay(process.awaitReady());
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  /** Hands in one mail without parameters. */
  void submit(String sender, String recipient, String message) throws IOException {
    submit("<" + sender + ">", List.of("<" + recipient + ">"), message);
  }

  /**
   * Hands in one mail.
   *
   * @param sender in angle brackets, with parameters of MAIL
   * @param recipients in angle brackets, with parameters of RCPT
   * @param message octets, with CRLF at the end of each line, the last one included
   */
  void submit(String sender, List<String> recipients, String message) throws IOException {
    try (SmtpDialog client = new SmtpDialog(PrivateNetwork.STRANGER, PrivateNetwork.RELAY, 25)) {
      client.expect("220");
      client.ask("EHLO client.test", "250");
      client.ask("MAIL FROM:" + sender, "250");
      for (String recipient : recipients) {
        client.ask("RCPT TO:" + recipient, "250");
      }
      client.ask("DATA", "354");
      client.send(message.replaceAll("(?m)^\\.", "..")).ask(".", "250");
      client.ask("QUIT", "221");
    }
  }

  /**
   * The log's first line of what became of a recipient, from the event on.
   *
   * @param recipient an address of which nobody else's mail has any
   */
  String fate(String recipient) {
    Pattern line =
        Pattern.compile(
            "\\b(delivered|deferred|bounced) id=\\S+ to=\\S*<" + Pattern.quote(recipient) + ">.*");
    try {
      return Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> first(line), Optional::isPresent)
          .orElseThrow();
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError("nothing became of " + recipient + ":\n" + log(), e);
    }
  }

  private Optional<String> first(Pattern line) {
    return line.matcher(log()).results().map(found -> found.group()).findFirst();
  }

  String log() {
    return process.log();
  }

  @Override
  public void close() {
    process.close();
  }
}
