/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.posthouse.queue.Draft;
import org.posthouse.queue.Queues;
import org.posthouse.queue.Step;
import org.posthouse.spool.Durability;
import org.posthouse.spool.RecordWriter;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolConfiguration;
import org.posthouse.spool.SpoolId;
import picocli.CommandLine;

/** A store with known mail in it, and the commands run on it. */
final class StoreUnderTest {
  static final byte[] HEADER =
      "Subject: gr\u00fc\u00df\r\nX-Odd:\tz \r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
  static final String REPOSITORY = "file://var/mail/error/";
  static final String ERROR = "RewriteAddresses: From (words behind an address)";

  private final Path home;
  private final Map<SpoolId, byte[]> bodies = new TreeMap<>();
  private String out = "";
  private String err = "";

  StoreUnderTest(Path home) {
    this.home = home;
  }

  Path store() {
    return home.resolve("var/spool");
  }

  /** The mails put so far, with their bodies. */
  Map<SpoolId, byte[]> bodies() {
    return bodies;
  }

  Spool open() {
    return RocksSpool.open(SpoolConfiguration.in(store()).withReserve(0), Clock.systemUTC());
  }

  /** Puts mail of these body sizes into the queue "spool", and the last one into a repository. */
  void fill(int... sizes) {
    try (Spool spool = open()) {
      Queues queues = new Queues(spool, Clock.systemUTC());
      for (int i = 0; i < sizes.length; i++) {
        put(queues, sizes[i], i == sizes.length - 1);
      }
    }
  }

  /** Takes so many mails from the queue "spool" and finishes them. */
  void remove(int count) {
    try (Spool spool = open()) {
      Queues queues = new Queues(spool, Clock.systemUTC());
      for (int i = 0; i < count; i++) {
        Step step = queues.step();
        step.finish(queues.queue("spool").take().orElseThrow());
        step.commit(Durability.SYNCED).join();
      }
    }
  }

  SpoolId put(Queues queues, int size, boolean inRepository) {
    SpoolId id = queues.nextId();
    byte[] body = new byte[size];
    new Random(id.value()).nextBytes(body);
    Draft draft =
        new Draft(
            "mail-" + id,
            "alice@relay.test",
            List.of("bob@next.test", "carol@next.test"),
            5,
            0,
            "",
            null,
            new Draft.Content(content(id)),
            Draft.Body.of(new ByteArrayInputStream(body), size));
    Step step = queues.step();
    if (inRepository) {
      step.store(queues.repository(REPOSITORY), "key-" + id, id, draft);
    } else {
      step.enqueue(queues.queue("spool"), id, draft, 1_700_000_000_000L);
    }
    step.commit(Durability.SYNCED).join();
    bodies.put(id, body);
    return id;
  }

  /** As the adapter writes it: version, five fields, one attribute, no headers, header block. */
  private static byte[] content(SpoolId id) {
    RecordWriter attribute =
        new RecordWriter(64).text("org.posthouse.queue-id").number(1).text("Q" + id);
    return new RecordWriter(256)
        .number(1)
        .text("root")
        .text(ERROR)
        .text("localhost")
        .text("127.0.0.1")
        .number(0)
        .number(1)
        .octets(attribute.toRecord())
        .number(0)
        .octets(HEADER)
        .toRecord();
  }

  int run(String... words) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--home", home.toString()));
    CommandLine command = new CommandLine(new QueueCommand());
    command.setExecutionExceptionHandler(
        (failure, line, parsed) -> {
          errText.write(String.valueOf(failure.getMessage()));
          return failure instanceof org.posthouse.cli.CommandFailure known ? known.exitCode() : 1;
        });
    command.getSubcommands().values().forEach(c -> c.getCommandSpec().exitCodeOnInvalidInput(64));
    int code =
        command
            .setOut(new PrintWriter(outText, true))
            .setErr(new PrintWriter(errText, true))
            .execute(all.toArray(new String[0]));
    out = outText.toString();
    err = errText.toString();
    return code;
  }

  String out() {
    return out;
  }

  String err() {
    return err;
  }

  /** How many of the mails put are exported to a directory with every octet. */
  long countExact(Path exported) throws IOException {
    long exact = 0;
    for (Map.Entry<SpoolId, byte[]> mail : bodies.entrySet()) {
      Path file = exported(exported, mail.getKey() + ".eml");
      if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), whole(mail.getValue()))) {
        exact++;
      }
    }
    return exact;
  }

  /** A file of an entry among exported ones, named by its own id; it need not be there. */
  static Path exported(Path directory, String name) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("(\\w+-)?" + name))
          .findFirst()
          .orElse(directory.resolve(name));
    }
  }

  static byte[] whole(byte[] body) {
    byte[] whole = Arrays.copyOf(HEADER, HEADER.length + body.length);
    System.arraycopy(body, 0, whole, HEADER.length, body.length);
    return whole;
  }

  /** Names and contents of the store's files, to see that nothing changed. */
  Map<String, Integer> fingerprint() throws IOException {
    Map<String, Integer> all = new TreeMap<>();
    for (Path file : files("")) {
      all.put(file.getFileName().toString(), Arrays.hashCode(Files.readAllBytes(file)));
    }
    return all;
  }

  /** The store's files whose names contain a text, in order of name. */
  List<Path> files(String part) throws IOException {
    try (Stream<Path> files = Files.list(store())) {
      return files.filter(file -> file.getFileName().toString().contains(part)).sorted().toList();
    }
  }

  /** Changes one octet of a file. */
  static void flip(Path file, long at) {
    try {
      byte[] octets = Files.readAllBytes(file);
      octets[Math.toIntExact(at)] ^= 0x55;
      Files.write(file, octets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
