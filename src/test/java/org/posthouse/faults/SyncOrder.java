/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Whether the reply to a mail came after the sync of all that was written for it. */
final class SyncOrder {
  /** What a trace says of one mail. */
  enum Verdict {
    IN_ORDER,
    REPLIED_TOO_EARLY,
    /** A write was not recognised: the log of the store may cut a text at the edge of a block. */
    UNDECIDED
  }

  private final List<StraceLog.Call> writes;
  private final List<StraceLog.Call> syncs;
  private final List<StraceLog.Call> replies;

  /**
   * @param store path of the store's directory
   */
  SyncOrder(List<StraceLog.Call> calls, String store) {
    this.writes =
        calls.stream()
            .filter(call -> call.isWrite() && call.target().startsWith(store))
            .sorted(Comparator.comparingInt(StraceLog.Call::begin))
            .toList();
    this.syncs =
        calls.stream()
            .filter(call -> call.isSync() && call.target().startsWith(store))
            .filter(call -> call.result() == 0)
            .toList();
    this.replies =
        calls.stream()
            .filter(call -> call.isWrite() && call.arguments().contains(" received as "))
            .toList();
  }

  Verdict of(Ledger.Offer offer) {
    String reply = "received as " + offer.queueId() + "\\r";
    Optional<StraceLog.Call> said =
        replies.stream().filter(call -> call.arguments().contains(reply)).findFirst();
    if (said.isEmpty() || offer.queueId().isEmpty()) {
      return Verdict.UNDECIDED;
    }
    int number = offer.letter().number();
    // Later writes of the same texts move the mail on: only the first ones belong to acceptance.
    for (String text : List.of(offer.letter().sender(), begins(number), ends(number))) {
      Optional<StraceLog.Call> first =
          writes.stream().filter(call -> call.arguments().contains(text)).findFirst();
      if (first.isEmpty() || first.get().begin() > said.get().begin()) {
        return Verdict.UNDECIDED;
      }
      if (!isSyncedBetween(first.get(), said.get())) {
        return Verdict.REPLIED_TOO_EARLY;
      }
    }
    return Verdict.IN_ORDER;
  }

  private boolean isSyncedBetween(StraceLog.Call write, StraceLog.Call reply) {
    return syncs.stream()
        .filter(sync -> sync.target().equals(write.target()))
        .anyMatch(sync -> sync.begin() > write.end() && sync.end() < reply.begin());
  }

  private static String begins(int number) {
    return "begin " + number + "\\r\\n";
  }

  private static String ends(int number) {
    return "end " + number + "\\r\\n";
  }
}
