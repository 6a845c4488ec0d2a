/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.posthouse.faults.Tools;

/**
 * A Postfix that hands mail to a door as a client does. Configuration, queue and data are its own,
 * it listens nowhere, and each domain of a recipient has a transport of its own, with its options.
 */
final class PostfixClient implements AutoCloseable {
  /** It ends by itself after that, whatever becomes of the test. */
  private static final int LIFE_SECONDS = 300;

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final String MAIN =
      """
      compatibility_level = 3.6
      queue_directory = @DIRECTORY@/queue
      data_directory = @DIRECTORY@/data
      command_directory = /usr/sbin
      daemon_directory = /usr/lib/postfix/sbin
      maillog_file = @DIRECTORY@/queue/maillog
      maillog_file_prefixes = @DIRECTORY@
      myhostname = postfix.client.test
      mydestination =
      alias_maps =
      inet_interfaces = loopback-only
      inet_protocols = ipv4
      smtp_bind_address = 127.0.0.1
      disable_dns_lookups = yes
      smtp_host_lookup = native
      # Whoever offers SCRAM is not to be talked into less.
      smtp_sasl_security_options = noanonymous
      smtp_tls_loglevel = 1
      smtp_tls_security_level = encrypt
      transport_maps = inline:{ @TRANSPORTS@ }
      """;

  private static final String SERVICES =
      """
      pickup unix n - n 60 1 pickup
      cleanup unix n - n - 0 cleanup
      qmgr unix n - n 300 1 qmgr
      rewrite unix - - n - - trivial-rewrite
      bounce unix - - n - 0 bounce
      defer unix - - n - 0 bounce
      trace unix - - n - 0 bounce
      proxymap unix - - n - - proxymap
      error unix - - n - - error
      retry unix - - n - - error
      tlsmgr unix - - n 1000? 1 tlsmgr
      scache unix - - n - 1 scache
      postlog unix-dgram n - n - 1 postlogd
      """;

  private final Path directory;
  private final Process master;

  private PostfixClient(Path directory, Process master) {
    this.directory = directory;
    this.master = master;
  }

  /**
   * A way to a door.
   *
   * @param port of the door on loopback
   * @param options of Postfix' smtp client, as main.cf has them
   */
  record Transport(int port, Map<String, String> options) {
    private String service(String name) {
      StringBuilder line = new StringBuilder(name + " unix - - n - - smtp\n");
      options.forEach((option, value) -> line.append("  -o { " + option + " = " + value + " }\n"));
      return line.toString();
    }
  }

  /**
   * Starts it.
   *
   * @param directory that every user may enter, and all above it
   * @param transports by name; mail to {@code anybody@NAME.test} goes that way
   */
  static PostfixClient start(Path directory, Map<String, Transport> transports)
      throws IOException, InterruptedException {
    for (String name : List.of("conf", "queue", "data")) {
      Path made = Files.createDirectories(directory.resolve(name));
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    run("chown", "postfix", directory.resolve("data").toString());
    StringBuilder services = new StringBuilder(SERVICES);
    StringBuilder routes = new StringBuilder();
    transports.forEach(
        (name, transport) -> {
          services.append(transport.service(name));
          String next = "[127.0.0.1]:" + transport.port();
          routes.append("{ " + name + ".test = " + name + ":" + next + " } ");
        });
    Path conf = directory.resolve("conf");
    Files.writeString(conf.resolve("master.cf"), services);
    Files.writeString(
        conf.resolve("main.cf"),
        MAIN.replace("@DIRECTORY@", directory.toString())
            .replace("@TRANSPORTS@", routes.toString()));
    run("postfix", "-c", conf.toString(), "check");
    Process master =
        new ProcessBuilder(
                "/usr/lib/postfix/sbin/master", "-c", conf.toString(), "-e", "" + LIFE_SECONDS)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("master.log").toFile())
            .start();
    return new PostfixClient(directory, master);
  }

  private static void run(String... command) throws IOException {
    if (Tools.run(List.of(command)) != 0) {
      throw new IOException("failed: " + List.of(command));
    }
  }

  /** Puts a mail into its queue. */
  void send(String sender, String recipient) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sendmail", "-i", "-f", sender, recipient);
    builder.environment().put("MAIL_CONFIG", directory.resolve("conf").toString());
    Process sendmail =
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try (var in = sendmail.getOutputStream()) {
      String message = "From: <" + sender + ">\nSubject: x\n\nbody\n";
      in.write(message.getBytes(StandardCharsets.US_ASCII));
    }
    if (!sendmail.waitFor(60, TimeUnit.SECONDS) || sendmail.exitValue() != 0) {
      throw new IOException("sendmail took no mail: " + log());
    }
  }

  /** The log's first line of what became of a recipient, from {@code status=} on. */
  String fate(String recipient) {
    Pattern line = Pattern.compile("to=<" + Pattern.quote(recipient) + ">.*(status=.*)");
    try {
      return Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> line.matcher(log()).results().findFirst(), Optional<MatchResult>::isPresent)
          .orElseThrow()
          .group(1);
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError("nothing became of " + recipient + ":\n" + log(), e);
    }
  }

  String log() {
    try {
      Path log = directory.resolve("queue/maillog");
      return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public void close() {
    master.destroy();
    master.onExit().join();
  }
}
