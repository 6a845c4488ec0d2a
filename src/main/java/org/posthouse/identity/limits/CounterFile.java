/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.posthouse.identity.LateWriter;
import org.posthouse.identity.PrivateFile;
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
  private final LateWriter writer = new LateWriter("limit-counters", PAUSE, this::replace);

  CounterFile(Path var, Clock clock, List<Meter> meters, KnownRecipients known) {
    this.file = var.resolve("limit-counters");
    this.recipients = recipients(var);
    this.clock = clock;
    this.known = known;
    this.meters =
        meters.stream()
            .collect(Collectors.toMap(Meter::name, Function.identity(), (one, same) -> one));
  }

  static Path recipients(Path var) {
    return var.resolve("known-recipients");
  }

  void changed() {
    writer.changed();
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

  void write() {
    writer.write();
  }

  private void replace() {
    try {
      PrivateFile.replace(file, out -> out.write(text().getBytes(UTF_8)));
      if (known.hasChanged()) {
        PrivateFile.replace(recipients, known::write);
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

  void close() {
    writer.close();
  }
}
