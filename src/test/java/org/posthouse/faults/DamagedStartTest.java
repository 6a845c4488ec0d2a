/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose store was damaged while it stood still. */
@Tag("crash")
class DamagedStartTest {
  @TempDir Path scratch;
  private RecordingSink sink;
  private FaultyHome home;

  @BeforeEach
  void fill() throws IOException {
    sink = new RecordingSink();
    sink.deferAll(true);
    home = new FaultyHome(scratch.resolve("home"), sink.port());
    Ledger ledger = new Ledger();
    try (ChildJvm server = home.launch(Map.of())) {
      home.awaitReady(server);
      for (int i = 0; i < 10; i++) {
        try (ClientSession session = new ClientSession(home.port())) {
          Letter letter = new Letter(ledger.nextNumber(), 10_000, List.of(Submitters.RELAYED));
          assertThat(session.begin(letter, () -> {})).isEmpty();
          assertThat(session.end()).startsWith("250");
        }
      }
      server.kill();
    }
  }

  @AfterEach
  void close() throws IOException {
    sink.close();
  }

  @Test
  void damageShouldBeOneLineAndAnExitCodeOfItsOwn() throws IOException {
    Path log = flipABitInTheLog();
    Files.delete(home.output());
    try (ChildJvm server = home.launch(Map.of())) {
      assertThat(server.awaitEnd()).isEqualTo(65);
    }
    List<String> lines = Files.readAllLines(home.output(), StandardCharsets.ISO_8859_1);
    assertThat(lines)
        .filteredOn(line -> line.contains("could not start"))
        .singleElement()
        .asString()
        .contains(log.getFileName() + " is damaged at octet ")
        .contains("posthouse queue rescue");
    assertThat(lines)
        .filteredOn(line -> !line.contains(" did not stop within ")) // on a machine that is busy
        .last()
        .asString()
        .contains("could not start");
    assertThat(lines).noneMatch(line -> line.startsWith("\tat ") || line.contains("left open"));
  }

  private Path flipABitInTheLog() throws IOException {
    try (Stream<Path> files = Files.list(home.store())) {
      Path log =
          files
              .filter(file -> file.toString().endsWith(".log"))
              .max(Comparator.comparingLong(file -> file.toFile().length()))
              .orElseThrow();
      byte[] octets = Files.readAllBytes(log);
      octets[octets.length / 3] ^= 4;
      Files.write(log, octets);
      return log;
    }
  }
}
