/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The judge of {@link SyncOrderTest}, by traces whose verdict is known. */
class SyncOrderJudgeTest {
  private static final String STORE = "/home/var/spool";
  private static final String WRITE =
      "7  1.0 write(5</home/var/spool/4.log>, \"m1@client.test begin 1\\r\\n end 1\\r\\n\", 9) = 9";
  private static final String WRITE_BEGUN =
      "7  1.0 write(5</home/var/spool/4.log>, \"m1@client.test begin 1\\r\\n end 1\\r\\n\", 9"
          + " <unfinished ...>";
  private static final String WRITE_ENDED = "7  1.1 <... write resumed>) = 9";
  private static final String SYNC = "7  1.2 fdatasync(5</home/var/spool/4.log>) = 0";
  private static final String SYNC_BEGUN =
      "7  1.2 fdatasync(5</home/var/spool/4.log> <unfinished ...>";
  private static final String SYNC_ENDED = "7  1.3 <... fdatasync resumed>) = 0";
  private static final String SYNC_FAILED =
      "7  1.2 fdatasync(5</home/var/spool/4.log>) = -1 EIO (Input/output error)";
  private static final String SYNC_OF_ANOTHER = "7  1.2 fdatasync(6</home/var/spool/5.log>) = 0";
  private static final String REPLY =
      "8  1.4 write(9<socket:[33]>, \"250 2.6.0 Message received as Q1\\r\\n\", 34) = 34";

  static Stream<Arguments> traces() {
    return Stream.of(
        Arguments.of(SyncOrder.Verdict.IN_ORDER, List.of(WRITE, SYNC, REPLY)),
        Arguments.of(
            SyncOrder.Verdict.IN_ORDER,
            List.of(WRITE_BEGUN, WRITE_ENDED, SYNC_BEGUN, SYNC_ENDED, REPLY)),
        Arguments.of(SyncOrder.Verdict.IN_ORDER, List.of(WRITE, SYNC, WRITE, REPLY)),
        Arguments.of(SyncOrder.Verdict.REPLIED_TOO_EARLY, List.of(WRITE, REPLY, SYNC)),
        Arguments.of(SyncOrder.Verdict.REPLIED_TOO_EARLY, List.of(SYNC, WRITE, REPLY)),
        Arguments.of(SyncOrder.Verdict.REPLIED_TOO_EARLY, List.of(WRITE, SYNC_FAILED, REPLY)),
        Arguments.of(SyncOrder.Verdict.REPLIED_TOO_EARLY, List.of(WRITE, SYNC_OF_ANOTHER, REPLY)),
        Arguments.of(
            SyncOrder.Verdict.REPLIED_TOO_EARLY, List.of(WRITE, SYNC_BEGUN, REPLY, SYNC_ENDED)),
        Arguments.of(
            SyncOrder.Verdict.REPLIED_TOO_EARLY,
            List.of(WRITE_BEGUN, SYNC.replace("7  ", "6  "), WRITE_ENDED, REPLY)),
        Arguments.of(SyncOrder.Verdict.UNDECIDED, List.of(SYNC, REPLY)),
        Arguments.of(SyncOrder.Verdict.UNDECIDED, List.of(REPLY, WRITE, SYNC)));
  }

  @ParameterizedTest
  @MethodSource("traces")
  void verdictShouldFollowTheOrderOfCalls(SyncOrder.Verdict expected, List<String> lines) {
    Letter letter = new Letter(1, 10, List.of());
    Ledger.Offer offer =
        new Ledger.Offer(letter, "", Ledger.Answer.ACCEPTED, "250 2.6.0 Message received as Q1");
    assertThat(new SyncOrder(StraceLog.parse(lines), STORE).of(offer)).isEqualTo(expected);
  }
}
