/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.posthouse.trial.FreePort;

/** The home of a server under test, and how to start the server in it. */
final class FaultyHome {
  private static final List<String> FILES =
      List.of(
          "smtpserver.xml", "mailetcontainer.xml", "relay.xml", "domainlist.xml", "dnsservice.xml");

  /** The counter as WebAdmin shows it; it is not there before something was counted. */
  private static final Pattern POSSIBLE_DUPLICATES =
      Pattern.compile("^delivery_possibleDuplicates (\\d+)", Pattern.MULTILINE);

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path root;
  // The same in every life of the server: the clients come back to it.
  private final int port;
  private final int adminPort;

  /**
   * Makes the home.
   *
   * @param sinkPort where the one next host listens on loopback
   */
  FaultyHome(Path root, int sinkPort) throws IOException {
    this(root, NextHosts.allAt(sinkPort));
  }

  /** Makes the home of a server that tells what it counts. */
  FaultyHome(Path root, NextHosts hosts) throws IOException {
    this(root, hosts.ports());
    write("webadmin.properties", Map.of("@ADMIN@", adminPort));
  }

  private FaultyHome(Path root, Map<String, Integer> hosts) throws IOException {
    this.root = root;
    this.port = FreePort.next();
    this.adminPort = FreePort.next();
    Files.createDirectories(root.resolve("conf"));
    Files.createDirectories(store());
    Map<String, Integer> ports = new HashMap<>(hosts);
    ports.put("@PORT@", port);
    for (String file : FILES) {
      write(file, ports);
    }
  }

  private void write(String file, Map<String, Integer> ports) throws IOException {
    String text = resource(file);
    for (Map.Entry<String, Integer> each : ports.entrySet()) {
      text = text.replace(each.getKey(), each.getValue().toString());
    }
    Files.writeString(root.resolve("conf").resolve(file), text);
  }

  int port() {
    return port;
  }

  Path store() {
    return root.resolve("var").resolve("spool");
  }

  /** Everything the servers of this home wrote to their outputs. */
  Path output() {
    return root.resolve("server.out");
  }

  /** Octets of these outputs so far. */
  long logged() throws IOException {
    return Files.exists(output()) ? Files.size(output()) : 0;
  }

  /** What was written to these outputs since there were so many octets. */
  String log(long since) throws IOException {
    try (InputStream in = Files.newInputStream(output())) {
      in.skipNBytes(since);
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  ChildJvm.Builder server(Map<String, String> environment) {
    return new ChildJvm.Builder("org.posthouse.server.Main", "run", "--home", root.toString())
        .option("-Djava.security.egd=file:/dev/urandom")
        .with(environment);
  }

  /** Launches it and returns at once. */
  ChildJvm launch(Map<String, String> environment) throws IOException {
    return server(environment).start(output());
  }

  /** Runs a command on this home; what it prints. */
  String command(String... words) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(words));
    arguments.addAll(List.of("--home", root.toString()));
    ChildJvm.Builder builder =
        new ChildJvm.Builder("org.posthouse.server.Main", arguments.toArray(String[]::new));
    try (ChildJvm command = builder.startHeard(root.resolve("command.err"))) {
      return new String(command.output().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Waits until it takes mail; fails with the log when it ends before. */
  void awaitReady(ChildJvm server) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !server.isAlive() || greets());
    if (!server.isAlive()) {
      throw new AssertionError("the server ended with " + server.awaitEnd() + "\n" + tail());
    }
  }

  private boolean greets() {
    try (ClientSession session = new ClientSession(port)) {
      return session != null;
    } catch (IOException e) {
      return false;
    }
  }

  /** How many mails the server that runs now thinks may have been taken without a reply. */
  long possibleDuplicates() throws IOException {
    URI metrics = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
    try (InputStream in = metrics.toURL().openStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Matcher counter = POSSIBLE_DUPLICATES.matcher(text);
      return counter.find() ? Long.parseLong(counter.group(1)) : 0;
    }
  }

  /** The last lines of the log. */
  String tail() {
    try {
      List<String> lines = Files.readAllLines(output(), StandardCharsets.ISO_8859_1);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String resource(String file) {
    try (InputStream in = FaultyHome.class.getResourceAsStream("/faults/" + file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
