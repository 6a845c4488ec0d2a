/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is spent, on disk. The first line is the time of all; the others have a limit, a kind, the
 * seconds of the rate, what is spent and the key, between tabs. Written whole and by rename.
 */
final class CounterFile {
  static final Duration PAUSE = Duration.ofMinutes(1);
  private static final Logger LOGGER = LoggerFactory.getLogger(CounterFile.class);

  private final Path file;
  private final Path recipients;
  private final Clock clock;
  private final Map<String, Meter> meters;
  private final KnownRecipients known;
  private final AtomicBoolean changed = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor writer =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread thread = new Thread(work, "limit-counters");
            thread.setDaemon(true);
            return thread;
          });

  /** Writes a file. */
  @FunctionalInterface
  private interface Content {
    void write(OutputStream out) throws IOException;
  }

  CounterFile(Path var, Clock clock, List<Meter> meters, KnownRecipients known) {
    this.file = var.resolve("limit-counters");
    this.recipients = recipients(var);
    this.clock = clock;
    this.known = known;
    this.meters =
        meters.stream()
            .collect(Collectors.toMap(CounterFile::name, Function.identity(), (one, same) -> one));
    writer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  static Path recipients(Path var) {
    return var.resolve("known-recipients");
  }

  private static String name(Meter meter) {
    return String.join(
        "\t",
        meter.limit().name(),
        meter.rate().kind().element(),
        Long.toString(meter.rate().per().toSeconds()));
  }

  void changed() {
    if (!changed.get() && changed.compareAndSet(false, true) && !writer.isShutdown()) {
      var unused = writer.schedule(this::write, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  void read() {
    try {
      List<String> lines = new String(Files.readAllBytes(file), UTF_8).lines().toList();
      if (!lines.isEmpty()) {
        Duration ago = Duration.between(Instant.parse(lines.get(0)), clock.instant());
        lines.subList(1, lines.size()).forEach(line -> restore(line, ago));
      }
    } catch (NoSuchFileException e) {
      LOGGER.debug("nothing was counted yet", e);
    } catch (IOException | DateTimeParseException e) {
      LOGGER.warn("Limits are counted anew: {} cannot be read: {}", file, e.toString());
    }
  }

  /** A limit that has gone, or has another time now, begins anew. */
  private void restore(String line, Duration ago) {
    String[] words = line.split("\t", 5);
    if (words.length == 5 && words[3].matches("[0-9.E]{1,30}")) {
      Meter meter = meters.get(String.join("\t", words[0], words[1], words[2]));
      if (meter != null) {
        meter.restore(words[4], Double.parseDouble(words[3]), ago);
      }
    }
  }

  synchronized void write() {
    if (!changed.getAndSet(false)) {
      return;
    }
    try {
      replace(file, out -> out.write(text().getBytes(UTF_8)));
      if (known.hasChanged()) {
        replace(recipients, known::write);
      }
    } catch (IOException | RuntimeException e) {
      LOGGER.warn("Cannot write what is counted for limits to {}: {}", file, e.toString());
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder(clock.instant().toString()).append('\n');
    meters.forEach(
        (name, meter) ->
            meter
                .spent()
                .forEach(
                    (key, spent) -> {
                      if (key.chars().noneMatch(Character::isISOControl)) {
                        text.append(name).append('\t').append(spent).append('\t').append(key);
                        text.append('\n');
                      }
                    }));
    return text.toString();
  }

  private static void replace(Path file, Content content) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(whole);
    try (FileChannel channel =
        FileChannel.open(
            whole,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
      content.write(out);
      out.flush();
      channel.force(true); // else the rename could last longer than the content
    }
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  void close() {
    writer.shutdown(); // not at once: an interrupted write would be lost
    write();
  }
}
