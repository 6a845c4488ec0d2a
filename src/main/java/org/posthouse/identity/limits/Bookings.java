/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What mails take of limits that hold once they are released, as text that goes with each: a line
 * for each take, with the meter's name, the amount and the key, between tabs.
 */
final class Bookings {
  private final Map<String, Meter> meters;

  Bookings(List<Meter> meters) {
    this.meters =
        meters.stream()
            .filter(meter -> meter.limit().consequence() == Consequence.HOLD)
            .collect(Collectors.toMap(Meter::name, Function.identity(), (one, same) -> one));
  }

  static String line(Meter meter, String key, long amount) {
    return meter.name() + '\t' + amount + '\t' + key;
  }

  /** A limit that has gone meanwhile, or has another time or consequence now, counts nothing. */
  Optional<LimitReached> take(String booked) {
    @Nullable LimitReached longest = null;
    for (String line : booked.lines().toList()) {
      String[] words = line.split("\t", 5);
      if (words.length == 5 && words[3].matches("[0-9]{1,18}")) {
        Meter meter = meters.get(String.join("\t", words[0], words[1], words[2]));
        long wait = meter == null ? 0 : meter.owe(words[4], Long.parseLong(words[3]));
        if (meter != null && wait > 0) {
          longest =
              LimitReached.longer(longest, Replies.held(meter, words[4], Duration.ofNanos(wait)));
        }
      }
    }
    return Optional.ofNullable(longest);
  }
}
