/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;

/** The home of a server under test, and how to start the server in it. */
final class FaultyHome {
  private static final List<String> FILES =
      List.of("smtpserver.xml", "mailetcontainer.xml", "domainlist.xml", "dnsservice.xml");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path root;
  private final int port;

  /**
   * Makes the home.
   *
   * @param sinkPort where the next host listens on loopback
   */
  FaultyHome(Path root, int sinkPort) throws IOException {
    this.root = root;
    this.port = freePort();
    Files.createDirectories(root.resolve("conf"));
    Files.createDirectories(store());
    for (String file : FILES) {
      String text = resource(file).replace("@PORT@", "" + port).replace("@SINK@", "" + sinkPort);
      Files.writeString(root.resolve("conf").resolve(file), text);
    }
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

  /** The same port in every life of the server: the clients come back to it. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
