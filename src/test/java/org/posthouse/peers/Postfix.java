/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.posthouse.acceptance.TestCertificate;

/**
 * A Postfix with a configuration and a queue of its own, which has nothing to do with one that the
 * machine may run. It listens at two addresses, at the first without CHUNKING, and hands everything
 * on to one host.
 */
final class Postfix implements AutoCloseable {
  private final Path directory;

  private Postfix(Path directory) {
    this.directory = directory;
  }

  /**
   * Starts it; the resources postfix/main.cf and master.cf are its configuration.
   *
   * @param next where all mail goes, {@code [address]:port}
   */
  static Postfix start(String withoutChunking, String withChunking, String next)
      throws IOException {
    Grounds.addAddress(withChunking);
    Path directory = Grounds.directory("postfix");
    Postfix postfix = new Postfix(directory);
    for (String name : List.of("conf", "queue", "data", "tls")) {
      Files.createDirectory(directory.resolve(name));
    }
    TestCertificate.writeShared(directory.resolve("tls"));
    for (String file : List.of("main.cf", "master.cf")) {
      Files.writeString(
          directory.resolve("conf").resolve(file),
          resource(file)
              .replace("@DIRECTORY@", directory.toString())
              .replace("@NEXT@", next)
              .replace("@PLAIN@", withoutChunking)
              .replace("@CHUNKING@", withChunking));
    }
    Grounds.run(List.of("chown", "postfix", directory.resolve("data").toString()));
    postfix.command("start");
    return postfix;
  }

  private static String resource(String file) throws IOException {
    String resource = "/postfix/" + file;
    try (InputStream in = Postfix.class.getResourceAsStream(resource)) {
      return new String(
          Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void command(String command) throws IOException {
    Grounds.run(List.of("postfix", "-c", directory.resolve("conf").toString(), command));
  }

  String log() throws IOException {
    return Files.readString(directory.resolve("queue/maillog"), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    command("abort");
  }
}
