/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What the clients were promised against what arrived. A duplicate is explained when the server was
 * killed between the two arrivals and soon after the first: the next host had taken the mail, and
 * the outcome was not durable yet. No protocol can close that window (RFC 5321 4.2.5, RFC 1047).
 */
final class Reckoning {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** What stood in the socket when the sender was killed still arrives, a moment after the kill. */
  private static final long IN_FLIGHT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Set<String> AT_NEXT_HOST = Set.of(Submitters.RELAYED, Submitters.LATER);

  private final Collection<Ledger.Offer> offers;
  private final Map<Integer, List<RecordingSink.Arrival>> arrivals;
  private final StoreContents store;
  private final List<Long> kills;
  private final List<String> lost = new ArrayList<>();
  private final List<String> corrupt = new ArrayList<>();
  private final List<String> unexplained = new ArrayList<>();
  private final Map<String, Long> table = new LinkedHashMap<>();
  private long longestWindow;

  Reckoning(
      Collection<Ledger.Offer> offers,
      Collection<RecordingSink.Arrival> arrived,
      StoreContents store,
      List<Long> kills) {
    this.offers = offers;
    this.arrivals =
        arrived.stream()
            .collect(
                Collectors.groupingBy(
                    RecordingSink.Arrival::number, TreeMap::new, Collectors.toList()));
    this.store = store;
    this.kills = kills;
    findLost();
    findCorrupt();
    findDuplicates();
    fillTable();
  }

  /** Names what one recipient has to get of one letter. */
  static String delivery(int number, String recipient) {
    return number + " " + recipient;
  }

  /** Recipients of accepted mails at the next host that have not got them yet. */
  static long due(Collection<Ledger.Offer> offers, Set<String> deliveries) {
    return offers.stream()
        .filter(offer -> offer.answer() == Ledger.Answer.ACCEPTED)
        .map(Ledger.Offer::letter)
        .flatMap(
            letter ->
                letter.recipients().stream()
                    .filter(AT_NEXT_HOST::contains)
                    .map(recipient -> delivery(letter.number(), recipient)))
        .filter(delivery -> !deliveries.contains(delivery))
        .count();
  }

  private void findLost() {
    for (Ledger.Offer offer : offers) {
      if (offer.answer() == Ledger.Answer.ACCEPTED) {
        for (String recipient : offer.letter().recipients()) {
          if (!hasCome(offer.letter().number(), recipient)) {
            lost.add(offer.letter().sender() + " to " + recipient + " " + offer.queueId());
          }
        }
      }
    }
  }

  private boolean hasCome(int number, String recipient) {
    return switch (recipient) {
      case Submitters.RELAYED, Submitters.LATER -> hasArrived(number, recipient);
      case Submitters.NEVER -> store.holds("/bounced", number) && store.holds("/returned", number);
      case Submitters.KEPT -> store.holds("/kept", number);
      case Submitters.STUBBORN -> store.holds("/spooler-error", number);
      default -> store.holds("/error", number);
    };
  }

  private boolean hasArrived(int number, String recipient) {
    return arrivals.getOrDefault(number, List.of()).stream()
        .anyMatch(arrival -> arrival.recipients().contains(recipient));
  }

  private void findCorrupt() {
    Map<Integer, String> hashes =
        offers.stream()
            .collect(Collectors.toMap(offer -> offer.letter().number(), Ledger.Offer::hash));
    arrivals.values().stream()
        .flatMap(List::stream)
        .filter(arrival -> !arrival.hash().equals(hashes.get(arrival.number())))
        .forEach(arrival -> corrupt.add("arrived: " + arrival));
    store.kept().stream()
        .filter(kept -> !kept.isReturned())
        .filter(kept -> !kept.hash().equals(hashes.get(kept.number())))
        .forEach(kept -> corrupt.add("kept: " + kept));
  }

  private void findDuplicates() {
    for (List<RecordingSink.Arrival> copies : arrivals.values()) {
      for (String recipient : AT_NEXT_HOST) {
        findDuplicates(
            copies.stream()
                .filter(copy -> copy.recipients().contains(recipient))
                .sorted(Comparator.comparingLong(RecordingSink.Arrival::nanos))
                .toList());
      }
    }
    Map<String, Long> counts =
        store.kept().stream()
            .collect(
                Collectors.groupingBy(
                    kept -> kept.repository() + " m" + kept.number(), Collectors.counting()));
    counts.forEach(
        (mail, count) -> {
          if (count > 1) {
            unexplained.add(count + " times in " + mail);
          }
        });
  }

  private void findDuplicates(List<RecordingSink.Arrival> copies) {
    for (int i = 1; i < copies.size(); i++) {
      explain(copies.get(i - 1), copies.get(i));
    }
  }

  private void explain(RecordingSink.Arrival first, RecordingSink.Arrival second) {
    for (long kill : kills) {
      long window = kill - first.nanos();
      if (window >= -IN_FLIGHT_NANOS && window < WINDOW_NANOS && kill < second.nanos()) {
        longestWindow = Math.max(longestWindow, window);
        table.merge("duplicates: killed before the outcome was durable", 1L, Long::sum);
        return;
      }
    }
    unexplained.add(
        first
            + " again after "
            + (second.nanos() - first.nanos()) / 1_000_000
            + " ms; kills before and after it, ms: "
            + kills.stream().map(kill -> (kill - first.nanos()) / 1_000_000).toList());
  }

  private void fillTable() {
    table.put("kills", (long) kills.size());
    table.put("offered", (long) offers.size());
    for (Ledger.Answer answer : Ledger.Answer.values()) {
      table.put(
          "client saw " + (answer == Ledger.Answer.NONE ? "no reply" : answer.name()),
          offers.stream().filter(offer -> offer.answer() == answer).count());
    }
    table.put("arrived though the client saw no reply", arrivedUnanswered());
    table.put("arrivals at the next host", arrivals.values().stream().mapToLong(List::size).sum());
    table.put("arrivals of a later attempt for some recipients", partial());
    table.put("in repositories", (long) store.kept().size());
    table.put(
        "of these bounces", store.kept().stream().filter(StoreContents.Kept::isReturned).count());
    table.put("left in queues", store.queued().values().stream().mapToLong(n -> n).sum());
    table.put("set aside", (long) store.aside());
    table.put("in the store and nowhere to be found", store.unreachable());
    table.put("longest from the next host's 250 to the kill, ms", longestWindow / 1_000_000);
    table.put("duplicates: unexplained", (long) unexplained.size());
    table.put("corrupt", (long) corrupt.size());
    table.put("LOST", (long) lost.size());
  }

  private long partial() {
    return arrivals.values().stream()
        .flatMap(List::stream)
        .filter(arrival -> arrival.recipients().equals(List.of(Submitters.LATER)))
        .count();
  }

  private long arrivedUnanswered() {
    return offers.stream()
        .filter(offer -> offer.answer() == Ledger.Answer.NONE)
        .map(offer -> offer.letter().number())
        .filter(number -> arrivals.containsKey(number))
        .count();
  }

  List<String> lost() {
    return lost;
  }

  List<String> corrupt() {
    return corrupt;
  }

  List<String> unexplainedDuplicates() {
    return unexplained;
  }

  long accepted() {
    return offers.stream().filter(offer -> offer.answer() == Ledger.Answer.ACCEPTED).count();
  }

  long leftInQueues() {
    return store.queued().values().stream().mapToLong(n -> n).sum();
  }

  /** Entries that no queue, repository or mark leads to. */
  long unreachable() {
    return store.unreachable();
  }

  int setAside() {
    return store.aside();
  }

  /** One line for each count. */
  String toTable() {
    StringBuilder text = new StringBuilder();
    table.forEach(
        (name, count) -> text.append(String.format(Locale.ROOT, "%n  %-52s %8d", name, count)));
    return text.toString();
  }
}
