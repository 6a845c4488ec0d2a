/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What servers said in their log of recipients who may have got a mail without a reply.
 *
 * @param counts how often, by {@link Reckoning#delivery}
 * @param ids of letters by their number, as far as client or log know them
 * @param others how often it was said of letters whose id neither knows: killed as they were taken
 */
record DoubtReports(Map<String, Long> counts, Map<Integer, String> ids, long others) {
  private static final Pattern ACCEPTED = Pattern.compile(" accepted id=(\\w+) from=<([^>]*)>");
  private static final Pattern OUTCOME =
      Pattern.compile(" (?:deferred|delivered|held|bounced) id=(\\w+) to=(\\S+) ");
  private static final String IN_DOUBT = "it may have taken the mail";
  private static final String BEFORE_A_KILL = "the relay ended before";

  /** The line of an outcome that an earlier process has counted. */
  private static final String AGAIN = "logged=again";

  /** Nothing is known, as after a loss of power, and nothing can be asked for. */
  static DoubtReports none() {
    return new DoubtReports(Map.of(), Map.of(), Long.MAX_VALUE);
  }

  static DoubtReports read(Path log, Collection<Ledger.Offer> offers) throws IOException {
    Map<Integer, String> ids = new HashMap<>();
    Map<String, Integer> numbers = new HashMap<>();
    Map<String, Long> counts = new HashMap<>();
    long others = 0;
    for (Ledger.Offer offer : offers) {
      if (!offer.queueId().isEmpty()) {
        ids.put(offer.letter().number(), offer.queueId());
        numbers.put(offer.queueId(), offer.letter().number());
      }
    }
    List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
    for (String line : lines) {
      Matcher accepted = ACCEPTED.matcher(line);
      int number = accepted.find() ? Letter.numberOf(accepted.group(2)) : -1;
      if (number >= 0) {
        ids.put(number, accepted.group(1));
        numbers.put(accepted.group(1), number);
      }
    }
    for (String line : lines) {
      Matcher outcome = OUTCOME.matcher(line);
      if (line.contains(IN_DOUBT) && outcome.find()) {
        Integer number = numbers.get(outcome.group(1));
        others += number == null ? recipients(outcome).count() : 0;
        recipients(outcome)
            .filter(who -> number != null)
            .forEach(who -> counts.merge(Reckoning.delivery(number, who), 1L, Long::sum));
      }
    }
    return new DoubtReports(counts, ids, others);
  }

  private static Stream<String> recipients(Matcher outcome) {
    return Stream.of(outcome.group(2).split(",")).map(path -> path.substring(1, path.length() - 1));
  }

  /** Recipients of whom a part of a log says that the server before was killed too early. */
  static long leftByAKill(String log) {
    return log.lines()
        .filter(line -> line.contains(BEFORE_A_KILL) && !line.contains(AGAIN))
        .map(OUTCOME::matcher)
        .filter(Matcher::find)
        .mapToLong(outcome -> recipients(outcome).count())
        .sum();
  }

  boolean knows(int number) {
    return ids.containsKey(number);
  }

  /** How often it was said of a letter that is known. */
  long of(int number, String recipient) {
    return counts.getOrDefault(Reckoning.delivery(number, recipient), 0L);
  }
}
