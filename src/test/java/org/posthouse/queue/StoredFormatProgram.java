/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.Durability;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolConfiguration;

/**
 * Writes the store that {@link StoredFormatTest} opens, once for each format: arguments are an
 * empty directory to work in and the zip file to write. A fixture that a release has shipped is
 * never written again.
 */
final class StoredFormatProgram {
  static final long NOW = 1_700_000_000_000L;
  static final int LARGE = BodyRef.CHUNK + 1;

  private StoredFormatProgram() {}

  public static void main(String[] args) throws IOException {
    Path store = Path.of(args[0]);
    Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
    try (Spool spool = RocksSpool.open(SpoolConfiguration.in(store).withReserve(0), clock)) {
      fill(new Queues(spool, clock));
    }
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(Path.of(args[1])));
        Stream<Path> files = Files.list(store)) {
      files.filter(StoredFormatProgram::isPart).sorted().forEach(file -> add(zip, file));
    }
  }

  private static void fill(Queues queues) {
    DueQueue spool = queues.queue("spool");
    DueQueue outgoing = queues.queue("outgoing");
    Step step = queues.step();
    step.enqueue(spool, queues.nextId(), draft("plain", "sender@example.org", 5, "body\r\n"), NOW);
    step.enqueue(outgoing, queues.nextId(), draft("bounce", "", 9, ""), NOW + 60_000);
    step.enqueue(
        outgoing, queues.nextId(), draft("large", "a@example.org", 0, "x".repeat(LARGE)), NOW);
    step.store(
        queues.repository("file://var/mail/error/"),
        "kept",
        queues.nextId(),
        draft("kept", "b@example.org", 5, "kept body"));
    step.commit(Durability.SYNCED).join();
    Step aside = queues.step();
    aside.enqueue(spool, queues.nextId(), draft("aside", "c@example.org", 5, "aside body"), 0);
    aside.commit(Durability.SYNCED).join();
    Step setAside = queues.step();
    setAside.setAside(spool.take().orElseThrow(), "for the fixture");
    setAside.commit(Durability.SYNCED).join();
  }

  static Draft draft(String name, String reversePath, int priority, String body) {
    byte[] octets = body.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return new Draft(
        name,
        reversePath,
        List.of("one@example.com", "two@example.net"),
        priority,
        0,
        "",
        null,
        new Draft.Content(content(name)),
        Draft.Body.of(new ByteArrayInputStream(octets), octets.length));
  }

  static byte[] content(String name) {
    return ("content of " + name).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  /** Not the lock, and not the logs and options, which name the machine. */
  private static boolean isPart(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file) && !name.startsWith("LO") && !name.startsWith("OPTIONS");
  }

  private static void add(ZipOutputStream zip, Path file) {
    try {
      ZipEntry entry = new ZipEntry(file.getFileName().toString());
      entry.setTime(0);
      zip.putNextEntry(entry);
      Files.copy(file, zip);
      zip.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
