/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Postfix' smtp-sink on port 25 of an address of its own. */
final class SmtpSink implements AutoCloseable {
  private final Daemon daemon;
  private final Path dump;

  private SmtpSink(Daemon daemon, Path dump) {
    this.daemon = daemon;
    this.dump = dump;
  }

  /**
   * Starts one and adds its address.
   *
   * @param options as in smtp-sink(1)
   */
  static SmtpSink start(String address, List<String> options) throws IOException {
    Grounds.addAddress(address);
    Path directory = Grounds.directory("sink-" + address.replace(':', '-'));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path dump = directory.resolve("mails");
    List<String> command = new ArrayList<>(List.of("smtp-sink", "-u", "nobody"));
    command.addAll(List.of("-D", dump.toString()));
    command.addAll(options);
    boolean v6 = address.contains(":");
    command.addAll(List.of(v6 ? "[" + address + "]:25" : address + ":25", "100"));
    return new SmtpSink(Daemon.start(directory.resolve("output"), command), dump);
  }

  /** All mails with the envelopes they came in, each line ended by LF. */
  String mails() throws IOException {
    return Files.exists(dump) ? Files.readString(dump, StandardCharsets.ISO_8859_1) : "";
  }

  @Override
  public void close() {
    daemon.close();
  }
}
