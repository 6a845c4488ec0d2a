/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What the clients were promised against what became of it: each recipient of an accepted mail ends
 * once, at a next host, in a bounce, in a repository or in the queue. A duplicate is explained when
 * the host had closed instead of replying, or when the server was killed between the two arrivals
 * and soon after the first: the next host had taken the mail, and the outcome was not durable yet.
 * No protocol can close that window (RFC 5321 4.2.5, RFC 1047). A kill leaves a record of who is in
 * it, so that the log must have told of the possibility before each further arrival.
 */
final class Reckoning {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** What stood in the socket when the sender was killed still arrives, a moment after the kill. */
  private static final long IN_FLIGHT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A lost reply that is older than that is counted, however busy the machine is. */
  private static final long COUNTED_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final Set<String> AT_NEXT_HOST =
      Set.of(Submitters.RELAYED, Submitters.LATER, Submitters.SLOW, Submitters.LOSING);

  private final Collection<Ledger.Offer> offers;
  private final Map<Integer, List<RecordingSink.Arrival>> arrivals;
  private final StoreContents store;
  private final List<Long> kills;
  private final List<KillLoop.Count> counts;
  private final DoubtReports reports;
  private final List<String> lost = new ArrayList<>();
  private final List<String> corrupt = new ArrayList<>();
  private final List<String> unexplained = new ArrayList<>();
  private final List<String> miscounted = new ArrayList<>();
  private final Map<String, Long> table = new LinkedHashMap<>();
  private long longestWindow;
  private long ofUnknownId;

  Reckoning(
      Collection<Ledger.Offer> offers,
      Collection<RecordingSink.Arrival> arrived,
      StoreContents store,
      List<Long> kills,
      List<KillLoop.Count> counts,
      DoubtReports reports) {
    this.offers = offers;
    this.arrivals =
        arrived.stream()
            .collect(
                Collectors.groupingBy(
                    RecordingSink.Arrival::number, TreeMap::new, Collectors.toList()));
    this.store = store;
    this.kills = kills;
    this.counts = counts;
    this.reports = reports;
    findLost();
    findCorrupt();
    findDuplicates();
    findStrays();
    findMiscounted();
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
    if (AT_NEXT_HOST.contains(recipient)) {
      return hasArrived(number, recipient);
    }
    return recipient.equals(Submitters.DEAD)
        ? store.queued().contains(delivery(number, recipient))
        : repositories(recipient).stream().allMatch(name -> store.holds(name, number));
  }

  /** Where mail for a recipient stays. */
  private static Set<String> repositories(String recipient) {
    return switch (recipient) {
      case Submitters.NEVER -> Set.of("/bounced", "/returned");
      case Submitters.SILENT -> Set.of("/returned");
      case Submitters.KEPT -> Set.of("/kept");
      case Submitters.STUBBORN -> Set.of("/spooler-error");
      case Submitters.FAILING -> Set.of("/error");
      default -> Set.of();
    };
  }

  /** A reply that was lost does not count: the mail has to be sent again. */
  private boolean hasArrived(int number, String recipient) {
    return arrivals.getOrDefault(number, List.of()).stream()
        .anyMatch(arrival -> arrival.answered() && arrival.recipients().contains(recipient));
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
            recipient,
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
    if (ofUnknownId > reports.others()) {
      unexplained.add(
          ofUnknownId
              + " without an id, of which "
              + reports.others()
              + " were said to be possible");
    }
  }

  private void findDuplicates(String recipient, List<RecordingSink.Arrival> copies) {
    for (int i = 1; i < copies.size(); i++) {
      explain(copies.get(i - 1), copies.get(i));
    }
    if (copies.size() < 2) {
      return;
    }
    int number = copies.get(0).number();
    if (!reports.knows(number)) {
      ofUnknownId += copies.size() - 1;
    } else if (reports.of(number, recipient) < copies.size() - 1) {
      unexplained.add(
          copies.size() + " times at " + recipient + ", and not said to be possible: " + copies);
    }
  }

  /** What is at a place that leads nobody there ended twice, or as it should not. */
  private void findStrays() {
    Map<Integer, List<String>> recipients =
        offers.stream()
            .collect(
                Collectors.toMap(
                    offer -> offer.letter().number(), offer -> offer.letter().recipients()));
    for (StoreContents.Kept kept : store.kept()) {
      if (recipients.getOrDefault(kept.number(), List.of()).stream()
          .flatMap(recipient -> repositories(recipient).stream())
          .noneMatch(kept.repository()::contains)) {
        unexplained.add("nobody's: " + kept);
      }
    }
    Set<String> once = new HashSet<>();
    for (String queued : store.queued()) {
      if (!once.add(queued)) {
        unexplained.add("twice in the queue: " + queued);
      }
    }
  }

  private void findMiscounted() {
    for (KillLoop.Count count : counts) {
      // What the life before had on its way is nothing that this one must know of.
      long least =
          losses(count.launched() + IN_FLIGHT_NANOS, count.asked() - COUNTED_NANOS) + count.left();
      long most = losses(count.launched(), count.said()) + count.leftInAll();
      if (count.possibleDuplicates() < least || count.possibleDuplicates() > most) {
        miscounted.add(count.possibleDuplicates() + " counted, " + least + " to " + most + " made");
      }
    }
  }

  /** Recipients of mails that were taken without a reply. */
  private long losses(long from, long to) {
    return arrivals.values().stream()
        .flatMap(List::stream)
        .filter(arrival -> !arrival.answered() && arrival.nanos() >= from && arrival.nanos() <= to)
        .mapToLong(arrival -> arrival.recipients().size())
        .sum();
  }

  private void explain(RecordingSink.Arrival first, RecordingSink.Arrival second) {
    if (!first.answered()) {
      table.merge("duplicates: the reply was lost", 1L, Long::sum);
      return;
    }
    for (long kill : kills) {
      long window = kill - first.nanos();
      if (window >= -IN_FLIGHT_NANOS && window < WINDOW_NANOS && kill < second.nanos()) {
        longestWindow = Math.max(longestWindow, window);
        table.merge("duplicates: killed before the outcome was durable", 1L, Long::sum);
        if (first.recipients().contains(Submitters.SLOW)) {
          table.merge("of these before a slow host had replied", 1L, Long::sum);
        }
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
    table.put("arrivals at next hosts", arrivals.values().stream().mapToLong(List::size).sum());
    table.put("of these at the slow host", slowly());
    table.put("arrivals of a later attempt for some recipients", partial());
    table.put("in repositories", (long) store.kept().size());
    table.put(
        "of these bounces", store.kept().stream().filter(StoreContents.Kept::isReturned).count());
    table.put("queued for the dead host", (long) store.queued().size() - leftInQueues().size());
    table.put("left in queues", (long) leftInQueues().size());
    table.put("replies lost", losses(Long.MIN_VALUE, Long.MAX_VALUE));
    table.put(
        "of these counted when the servers were asked",
        counts.stream().mapToLong(KillLoop.Count::possibleDuplicates).sum());
    table.put(
        "left in doubt by a kill", counts.stream().mapToLong(KillLoop.Count::leftInAll).sum());
    table.put(
        "reports of what may have arrived",
        reports.counts().values().stream().mapToLong(Long::longValue).sum());
    table.put("duplicates of mail whose id is not known", ofUnknownId);
    table.put("lives with another count", (long) miscounted.size());
    table.put("set aside", (long) store.aside());
    table.put("in the store and nowhere to be found", store.unreachable());
    table.put("longest from the next host's 250 to the kill, ms", longestWindow / 1_000_000);
    table.put("duplicates: unexplained", (long) unexplained.size());
    table.put("corrupt", (long) corrupt.size());
    table.put("LOST", (long) lost.size());
  }

  private long slowly() {
    return arrivals.values().stream()
        .flatMap(List::stream)
        .filter(arrival -> arrival.recipients().contains(Submitters.SLOW))
        .count();
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

  /** Lives whose server did not count the replies that the hosts lost. */
  List<String> miscounted() {
    return miscounted;
  }

  long accepted() {
    return offers.stream().filter(offer -> offer.answer() == Ledger.Answer.ACCEPTED).count();
  }

  /** Of the recipients whose host is not dead. */
  List<String> leftInQueues() {
    return store.queued().stream().filter(who -> !who.endsWith(" " + Submitters.DEAD)).toList();
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
