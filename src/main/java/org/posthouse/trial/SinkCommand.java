/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code posthouse sink}: takes every mail on a loopback port and lays it down as a file, until it
 * is killed. For the trial, not a mail server: help does not show it, because it would read as a
 * promise to operators that the relay keeps mail.
 *
 * <p>The directory gets {@code port} once the port is open, and for each mail {@code 0001.eml} and
 * before it {@code 0001.envelope}.
 */
@Command(
    name = "sink",
    hidden = true,
    description = "Takes every mail on a loopback port and lays it down as a file.",
    mixinStandardHelpOptions = true)
public final class SinkCommand implements Callable<Integer> {
  @Option(
      names = "--directory",
      required = true,
      paramLabel = "DIR",
      description = "Where port, NNNN.envelope and NNNN.eml are written.")
  private Path directory = Path.of("");

  @Option(
      names = "--port",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "The port; 0 takes a free one.")
  private int port;

  private final AtomicInteger count = new AtomicInteger();

  @Override
  public Integer call() throws IOException, GeneralSecurityException, InterruptedException {
    Files.createDirectories(directory);
    SelfSigned tls = SelfSigned.forHost("next.example");
    SmtpScript script = SmtpScript.accepting().starttls(tls.serverContext());
    try (ScriptedSmtpServer server =
        ScriptedSmtpServer.start(ScriptedSmtpServer.loopback(port), script, this::keep)) {
      put("port", String.valueOf(server.port()).getBytes(StandardCharsets.US_ASCII));
      new CountDownLatch(1).await();
    }
    return 0;
  }

  /** The .eml comes last: who sees it finds the envelope too. */
  private void keep(ReceivedMail mail) {
    String name = String.format(Locale.ROOT, "%04d", count.incrementAndGet());
    String envelope =
        String.format(
            Locale.ROOT,
            "helo: %s%nfrom: %s%nto: %s%ntls: %s%n",
            mail.helo(),
            mail.mailFrom(),
            String.join(" ", mail.rcptTo()),
            mail.secured());
    try {
      put(name + ".envelope", envelope.getBytes(StandardCharsets.ISO_8859_1));
      put(name + ".eml", mail.content());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(String name, byte[] content) throws IOException {
    Path whole = directory.resolve(name);
    Path part = directory.resolve(name + ".part");
    Files.write(part, content);
    Files.move(part, whole);
  }
}
