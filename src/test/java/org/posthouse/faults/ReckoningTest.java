/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge of the crash tests must see each kind of harm, or they would prove nothing. */
class ReckoningTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<Ledger.Offer> offers = new ArrayList<>();
  private final List<RecordingSink.Arrival> arrivals = new ArrayList<>();
  private final List<StoreContents.Kept> kept = new ArrayList<>();
  private final List<String> queued = new ArrayList<>();
  private final List<Long> kills = new ArrayList<>();
  private final List<KillLoop.Count> counts = new ArrayList<>();
  private DoubtReports reports = DoubtReports.none();

  @BeforeEach
  void oneMailForBothWays() {
    letterTo(Submitters.RELAYED, Submitters.KEPT);
  }

  @Test
  void mailThatCameBothWaysShouldBeWell() {
    arrived("hash", 1);
    kept("spool://var/mail/kept/", "hash");
    Reckoning reckoning = reckon();
    assertThat(reckoning.lost()).isEmpty();
    assertThat(reckoning.corrupt()).isEmpty();
    assertThat(reckoning.unexplainedDuplicates()).isEmpty();
  }

  @Test
  void mailThatIsMissingOnOneWayShouldBeLost() {
    arrived("hash", 1);
    assertThat(reckon().lost()).containsExactly("m1@client.test to " + Submitters.KEPT + " Q1");
  }

  @Test
  void recipientThatWasLeftOutOfTheArrivalsOfAMailShouldBeLost() {
    letterTo(Submitters.RELAYED, Submitters.LATER);
    arrivedFor("hash", 1, Submitters.RELAYED);
    assertThat(reckon().lost()).containsExactly("m1@client.test to " + Submitters.LATER + " Q1");
    arrivedFor("hash", 9 * SECOND, Submitters.LATER);
    assertThat(reckon().lost()).isEmpty();
    assertThat(reckon().unexplainedDuplicates()).isEmpty();
  }

  @Test
  void recipientThatGotAMailAgainBecauseOfAnotherShouldNotBeExplained() {
    letterTo(Submitters.RELAYED, Submitters.LATER);
    arrivedFor("hash", 1, Submitters.RELAYED);
    arrivedFor("hash", 9 * SECOND, Submitters.RELAYED, Submitters.LATER);
    assertThat(reckon().unexplainedDuplicates()).hasSize(1);
  }

  @Test
  void refusedRecipientShouldBeReturnedOnce() {
    letterTo(Submitters.NEVER);
    kept("spool://var/mail/bounced/", "hash");
    assertThat(reckon().lost()).hasSize(1);
    kept("spool://var/mail/returned/", "");
    assertThat(reckon().lost()).isEmpty();
    assertThat(reckon().corrupt()).isEmpty();
    assertThat(reckon().unexplainedDuplicates()).isEmpty();
    kept("spool://var/mail/returned/", "");
    assertThat(reckon().unexplainedDuplicates()).hasSize(1);
  }

  @Test
  void mailInTheWrongRepositoryShouldBeLost() {
    arrived("hash", 1);
    kept("spool://var/mail/error/", "hash");
    assertThat(reckon().lost()).hasSize(1);
  }

  @Test
  void mailThatTheSpoolerGaveUpShouldBeInItsRepositoryOnce() {
    letterTo(Submitters.STUBBORN);
    kept("spool://var/mail/error/", "hash");
    assertThat(reckon().lost()).hasSize(1);
    kept.clear();
    kept("spool://var/mail/spooler-error/", "hash");
    assertThat(reckon().lost()).isEmpty();
    assertThat(reckon().unexplainedDuplicates()).isEmpty();
    kept("spool://var/mail/spooler-error/", "hash");
    assertThat(reckon().unexplainedDuplicates()).hasSize(1);
  }

  @Test
  void mailWhoseReplyWasLostShouldComeAgain() {
    letterTo(Submitters.LOSING);
    arrivedWithoutReply(SECOND);
    assertThat(reckon().lost()).hasSize(1);
    arrivedFor("hash", 9 * SECOND, Submitters.LOSING);
    assertThat(reckon().lost()).isEmpty();
    assertThat(reckon().unexplainedDuplicates()).isEmpty();
    arrivedFor("hash", 19 * SECOND, Submitters.LOSING);
    assertThat(reckon().unexplainedDuplicates()).as("this one had its reply").hasSize(1);
  }

  @Test
  void mailThatCannotBeDeliveredInTimeShouldBeReturnedOnceAndNotBounceElsewhere() {
    letterTo(Submitters.SILENT);
    assertThat(reckon().lost()).hasSize(1);
    kept("spool://var/mail/returned/", "");
    assertThat(reckon().lost()).isEmpty();
    assertThat(reckon().unexplainedDuplicates()).isEmpty();
    kept("spool://var/mail/bounced/", "hash");
    assertThat(reckon().unexplainedDuplicates()).hasSize(1);
  }

  @Test
  void mailForADeadHostShouldBeQueuedOnce() {
    letterTo(Submitters.DEAD);
    assertThat(reckon().lost()).hasSize(1);
    queued.add(Reckoning.delivery(1, Submitters.DEAD));
    assertThat(reckon().lost()).isEmpty();
    assertThat(reckon().unexplainedDuplicates()).isEmpty();
    assertThat(reckon().leftInQueues()).isEmpty();
    queued.add(Reckoning.delivery(1, Submitters.DEAD));
    assertThat(reckon().unexplainedDuplicates()).hasSize(1);
  }

  @Test
  void deliveredMailShouldNeitherBeReturnedNorStayQueued() {
    letterTo(Submitters.RELAYED);
    arrived("hash", 1);
    kept("spool://var/mail/returned/", "");
    queued.add(Reckoning.delivery(1, Submitters.RELAYED));
    assertThat(reckon().unexplainedDuplicates()).hasSize(1);
    assertThat(reckon().leftInQueues()).hasSize(1);
  }

  @Test
  void lostRepliesShouldBeCountedByTheServerThatLivedToSeeThem() {
    arrivedWithoutReply(-9 * SECOND);
    arrivedWithoutReply(5 * SECOND);
    counted(1);
    assertThat(reckon().miscounted()).isEmpty();
    counted(0);
    assertThat(reckon().miscounted()).hasSize(1);
    counted(2);
    assertThat(reckon().miscounted()).hasSize(1);
    arrivedWithoutReply(19 * SECOND);
    assertThat(reckon().miscounted()).as("just before it was asked").isEmpty();
    counted(1);
    assertThat(reckon().miscounted()).as("just before it was asked").isEmpty();
  }

  @Test
  void mailWithoutReplyMayBeMissing() {
    Ledger.Offer offer = offers.remove(0);
    offers.add(new Ledger.Offer(offer.letter(), "hash", Ledger.Answer.NONE, ""));
    assertThat(reckon().lost()).isEmpty();
  }

  @Test
  void changedBodyShouldBeCorruptOnEachWay() {
    arrived("other", 1);
    kept("spool://var/mail/kept/", "other");
    assertThat(reckon().corrupt()).hasSize(2);
  }

  @Test
  void mailThatNobodySentShouldBeCorrupt() {
    arrivals.add(new RecordingSink.Arrival(-1, "", List.of(), "", 1, true));
    assertThat(reckon().corrupt()).hasSize(1);
  }

  @Test
  void secondArrivalAfterAKillShouldBeExplained() {
    arrived("hash", SECOND);
    arrived("hash", 9 * SECOND);
    kills.add(2 * SECOND);
    assertThat(reckon().unexplainedDuplicates()).isEmpty();
  }

  @Test
  void secondArrivalAfterAKillShouldHaveBeenSaidToBePossible(@TempDir Path directory)
      throws Exception {
    arrived("hash", SECOND);
    arrived("hash", 9 * SECOND);
    kills.add(2 * SECOND);
    Path log = directory.resolve("log");
    Files.writeString(log, "10:00 INFO mail - accepted id=Q1 from=<m1@client.test> to=<x@y>\n");
    reports = DoubtReports.read(log, offers);
    assertThat(reckon().unexplainedDuplicates()).hasSize(1);
    String doubt = "10:01 INFO mail - deferred id=Q1 to=<someone@next.test>,<x@y> name=m host=h";
    String text = " error=\"the relay ended before the answer; it may have taken the mail\"";
    Files.writeString(log, doubt + text + "\n");
    reports = DoubtReports.read(log, offers);
    assertThat(reckon().unexplainedDuplicates()).isEmpty();
    kills.add(10 * SECOND);
    arrived("hash", 19 * SECOND);
    assertThat(reckon().unexplainedDuplicates()).as("it was said once").hasSize(1);
    Files.writeString(log, doubt.replace("Q1", "Q2") + text + "\n");
    offers.set(0, new Ledger.Offer(offers.get(0).letter(), "hash", Ledger.Answer.NONE, ""));
    reports = DoubtReports.read(log, offers);
    assertThat(reckon().unexplainedDuplicates()).as("twice of an unknown id").isEmpty();
    kills.add(20 * SECOND);
    arrived("hash", 29 * SECOND);
    assertThat(reckon().unexplainedDuplicates()).as("thrice of an unknown id").hasSize(1);
    assertThat(DoubtReports.leftByAKill(doubt + text)).isEqualTo(2);
    assertThat(DoubtReports.leftByAKill(doubt + text + " logged=again")).isZero();
  }

  @Test
  void recipientsThatAKillLeftInDoubtShouldBeCounted() {
    counted(2, 2);
    assertThat(reckon().miscounted()).isEmpty();
    counted(3, 2);
    assertThat(reckon().miscounted()).hasSize(1);
    counts.clear();
    counts.add(new KillLoop.Count(0, 20 * SECOND, 21 * SECOND, 1, 2, 2));
    assertThat(reckon().miscounted()).hasSize(1);
  }

  @Test
  void secondArrivalWithoutAKillOrLongAfterItShouldNotBeExplained() {
    arrived("hash", SECOND);
    arrived("hash", 9 * SECOND);
    assertThat(reckon().unexplainedDuplicates()).hasSize(1);
    kills.add(8 * SECOND);
    assertThat(reckon().unexplainedDuplicates()).hasSize(1);
  }

  @Test
  void secondCopyInARepositoryShouldNotBeExplained() {
    kept("spool://var/mail/kept/", "hash");
    kept("spool://var/mail/kept/", "hash");
    kills.add(SECOND);
    assertThat(reckon().unexplainedDuplicates()).hasSize(1);
  }

  private void letterTo(String... recipients) {
    Letter letter = new Letter(1, 100, List.of(recipients));
    offers.clear();
    offers.add(
        new Ledger.Offer(
            letter, "hash", Ledger.Answer.ACCEPTED, "250 2.6.0 Message received as Q1"));
  }

  private void arrived(String hash, long nanos) {
    arrivedFor(hash, nanos, Submitters.RELAYED);
  }

  private void arrivedFor(String hash, long nanos, String... recipients) {
    arrivals.add(
        new RecordingSink.Arrival(1, "m1@client.test", List.of(recipients), hash, nanos, true));
  }

  private void arrivedWithoutReply(long nanos) {
    arrivals.add(
        new RecordingSink.Arrival(
            1, "m1@client.test", List.of(Submitters.LOSING), "hash", nanos, false));
  }

  private void counted(long possibleDuplicates) {
    counted(possibleDuplicates, 0);
  }

  private void counted(long possibleDuplicates, long left) {
    counts.clear();
    counts.add(new KillLoop.Count(0, 20 * SECOND, 21 * SECOND, possibleDuplicates, 0, left));
  }

  private void kept(String repository, String hash) {
    kept.add(new StoreContents.Kept(repository, 1, hash));
  }

  private Reckoning reckon() {
    return new Reckoning(
        offers, arrivals, new StoreContents(queued, kept, 0, 0), kills, counts, reports);
  }
}
