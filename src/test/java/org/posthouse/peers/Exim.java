/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.posthouse.acceptance.PrivateNetwork;
import org.posthouse.acceptance.TestCertificate;
import org.posthouse.faults.Tools;

/** An Exim on port 25 of the sink's address, which writes each mail to a file. */
final class Exim implements AutoCloseable {
  private static final String USER = "Debian-exim";

  private final Path directory;
  private final Daemon daemon;

  private Exim(Path directory, Daemon daemon) {
    this.directory = directory;
    this.daemon = daemon;
  }

  /** Starts it; the resource exim/exim.conf is its configuration. */
  static Exim start() throws IOException {
    if (Tools.run(List.of("id", USER)) != 0) {
      Grounds.addUser(USER, 6161);
    }
    Path directory = Grounds.directory("exim");
    for (String name : List.of("spool", "log", "mails", "tls")) {
      Files.createDirectory(directory.resolve(name));
    }
    TestCertificate.writeShared(directory.resolve("tls"));
    Grounds.run(List.of("chown", "-R", USER + ":", directory.toString()));
    Path configuration = directory.resolve("exim.conf");
    Files.writeString(
        configuration,
        resource()
            .replace("@DIRECTORY@", directory.toString())
            .replace("@EXIM@", program().toString())
            .replace("@ADDRESS@", PrivateNetwork.SINK));
    List<String> command = List.of("exim4", "-C", configuration.toString(), "-bdf");
    return new Exim(
        directory,
        Daemon.start(directory.resolve("output"), command).awaitListening(PrivateNetwork.SINK, 25));
  }

  /** Exim starts itself anew for each delivery, as another user and by a whole path. */
  private static Path program() throws IOException {
    Path found = found();
    return found.startsWith("/usr") ? found : Grounds.openly(found);
  }

  private static Path found() {
    return Stream.of(Objects.requireNonNull(System.getenv("PATH")).split(":"))
        .map(each -> Path.of(each, "exim4"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private static String resource() throws IOException {
    try (InputStream in = Exim.class.getResourceAsStream("/exim/exim.conf")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The mail that was delivered to a local part, once it was; files have the id of the log. */
  Optional<String> mailTo(String localPart) throws IOException {
    Matcher line =
        Pattern.compile("(?m)(\\S+) => " + Pattern.quote(localPart) + " <").matcher(log());
    return line.find()
        ? Optional.of(
            Files.readString(
                directory.resolve("mails").resolve(line.group(1)), StandardCharsets.ISO_8859_1))
        : Optional.empty();
  }

  String log() throws IOException {
    return Files.readString(directory.resolve("log/mainlog"), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    daemon.close();
  }
}
