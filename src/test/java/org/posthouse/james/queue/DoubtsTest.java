/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.delivery.Attempt;
import org.posthouse.delivery.Doubt;
import org.posthouse.delivery.Place;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;
import org.posthouse.smtp.TlsSession;
import org.posthouse.spool.SlotFile;
import org.posthouse.spool.SpoolId;

class DoubtsTest {
  private static final Place PLACE = new Place("example", "mx.example.net", "bulk");

  @TempDir Path directory;
  private Doubts doubts;

  @BeforeEach
  void open() {
    doubts = Doubts.open(directory);
  }

  private static QueuedMail mail(int recipients) {
    return mail(IntStream.range(0, recipients).mapToObj(DoubtsTest::recipient).toList());
  }

  private static QueuedMail mail(List<Recipient> recipients) {
    return new QueuedMail(new SpoolId(42), 1, "m", "a@example.org", 5, 0, null, recipients);
  }

  private static Recipient recipient(int number) {
    return Recipient.queued(number + "@example.net", 0, 2, "", null);
  }

  private static Doubt doubt(IntStream numbers) {
    TlsSession tls = new TlsSession("TLSv1.3", "AES", "CN=mx", null);
    Attempt.Peer host = new Attempt.Peer("mx.example.net[192.0.2.1]:25", null, tls, true, true);
    return new Doubt(
        PLACE,
        host,
        numbers.mapToObj(number -> number + "@example.net").collect(Collectors.toSet()));
  }

  private List<Doubts.Left> left() {
    return Doubts.open(directory).left(new SpoolId(42));
  }

  private int slots() {
    return SlotFile.open(directory.resolve("doubts.bin")).found().size();
  }

  @Test
  void doubtShouldBeFoundByTheNextProcess() {
    QueuedMail mail = mail(3);
    doubts.put(mail, doubt(IntStream.of(0, 2, 7)));
    Doubts.Left found = left().get(0);
    assertThat(found.place()).isEqualTo(PLACE);
    assertThat(found.host().host()).isEqualTo("mx.example.net[192.0.2.1]:25");
    assertThat(found.host().protection()).isEqualTo("TLSv1.3,verified");
    assertThat(found.host().dsn()).isTrue();
    assertThat(found.exact()).isTrue();
    assertThat(found.of(mail)).containsExactly(recipient(0), recipient(2));
    assertThat(found.answer().isAmbiguous()).isTrue();
    assertThat(found.answer())
        .hasToString(
            "the relay ended before the answer of mx.example.net[192.0.2.1]:25 to the end of the"
                + " mail was known; it may have taken the mail");
  }

  @Test
  void doubtThatIsClearedShouldBeGone() {
    doubts.clear(doubts.put(mail(1), doubt(IntStream.of(0))).orElseThrow());
    assertThat(left()).isEmpty();
    assertThat(slots()).isZero();
  }

  @Test
  void doubtAboutOthersShouldNotBeWritten() {
    assertThat(doubts.put(mail(2), doubt(IntStream.of(5)))).isEmpty();
    QueuedMail delivered =
        mail(List.of(recipient(0).ended(Recipient.State.DELIVERED, 1, null), recipient(1)));
    assertThat(doubts.put(delivered, doubt(IntStream.of(0)))).isEmpty();
    assertThat(slots()).isZero();
  }

  @Test
  void doubtShouldNotHoldAfterAnOutcome() {
    QueuedMail mail = mail(2);
    doubts.put(mail, doubt(IntStream.of(0, 1)));
    List<Recipient> after = new ArrayList<>(mail.recipients());
    after.set(0, after.get(0).deferred(1, 2, "451 later"));
    Doubts.Left found = left().get(0);
    assertThat(found.holdsFor(mail)).isTrue();
    assertThat(found.holdsFor(mail(after))).isFalse();
    assertThat(Doubts.attempt(mail, left()).outcomes()).hasSize(2);
    assertThat(Doubts.attempt(mail(after), left()).outcomes()).isEmpty();
    after.set(0, recipient(0).withNotBefore(99));
    assertThat(found.holdsFor(mail(after))).as("put off, not attempted").isTrue();
  }

  private List<String> told(Optional<QueuedMail> entry) {
    List<String> told = new ArrayList<>();
    Doubts.open(directory).tellLines(id -> entry, told::add);
    return told;
  }

  @Test
  void linesOfEndsThatWereStoredShouldBeTold() {
    List<String> lines =
        List.of("delivered to=a", "deferred to=b", "bounced to=" + "c".repeat(1100));
    doubts.keepLines(mail(2), lines);
    assertThat(slots()).isEqualTo(1);
    assertThat(told(Optional.empty())).containsExactly("delivered to=a");
    assertThat(slots()).isZero();
    doubts.keepLines(mail(2), lines);
    QueuedMail after =
        mail(List.of(recipient(0).ended(Recipient.State.DELIVERED, 1, null), recipient(1)));
    assertThat(told(Optional.of(after))).containsExactly("delivered to=a");
  }

  @Test
  void lineOfAnEndThatWasNotStoredShouldBeForgotten() {
    doubts.keepLines(mail(1), List.of("delivered to=a"));
    assertThat(left()).isEmpty();
    assertThat(told(Optional.of(mail(1)))).isEmpty();
    assertThat(slots()).isZero();
  }

  @Test
  void lineThatWasLoggedShouldBeGone() {
    doubts.clearLines(doubts.keepLines(mail(1), List.of("delivered to=a", "held to=b")));
    assertThat(slots()).isZero();
    assertThat(told(Optional.empty())).isEmpty();
  }

  @Test
  void recipientsInTheMiddleOfThousandsShouldBeExact() {
    QueuedMail mail = mail(20_000);
    doubts.put(mail, doubt(IntStream.range(15_000, 20_000)));
    Doubts.Left found = left().get(0);
    assertThat(found.exact()).isTrue();
    assertThat(found.of(mail)).isEqualTo(mail.recipients().subList(15_000, 20_000));
    assertThat(found.beyond(mail)).isZero();
  }

  @Test
  void recipientsBeyondARecordShouldBeCountedAndNeverTakenForSent() {
    QueuedMail mail = mail(20_000);
    doubts.put(mail, doubt(IntStream.of(5, 100, 19_999)));
    Doubts.Left found = left().get(0);
    assertThat(found.exact()).isFalse();
    assertThat(found.of(mail)).containsExactly(recipient(5), recipient(100));
    assertThat(found.beyond(mail)).isEqualTo(20_000 - 101);
    assertThat(Doubts.attempt(mail, left()).outcomes())
        .extracting(Attempt.Outcome::recipient)
        .containsExactly("5@example.net", "100@example.net");
  }

  @Test
  void doubtOfALongNameShouldBeWrittenWithFewerRecipients() {
    Attempt.Peer host = new Attempt.Peer("h".repeat(900), null, null, false, false);
    QueuedMail mail = mail(2_000);
    List<String> all = mail.recipients().stream().map(Recipient::address).toList();
    doubts.put(mail, new Doubt(PLACE, host, Set.copyOf(all)));
    assertThat(left().get(0).exact()).isFalse();
    assertThat(left().get(0).of(mail)).hasSizeBetween(1, 1_000);
    Attempt.Peer longer = new Attempt.Peer("h".repeat(2_000), null, null, false, false);
    assertThat(doubts.put(mail, new Doubt(PLACE, longer, Set.copyOf(all)))).isEmpty();
  }

  @Test
  void twoHostsOfAnAttemptShouldBeTwoDoubts() {
    QueuedMail mail = mail(2);
    doubts.put(mail, doubt(IntStream.of(0)));
    doubts.put(mail, doubt(IntStream.of(1)));
    assertThat(Doubts.attempt(mail, left()).outcomes())
        .extracting(Attempt.Outcome::recipient)
        .containsExactlyInAnyOrder("0@example.net", "1@example.net");
  }

  @Test
  void doubtOfAnEntryThatIsGoneShouldBeForgotten() {
    doubts.put(mail(1), doubt(IntStream.of(0)));
    Doubts.open(directory).keep(id -> true);
    assertThat(slots()).isEqualTo(1);
    Doubts.open(directory).keep(id -> false);
    assertThat(slots()).isZero();
  }

  @Test
  void doubtThatIsLeftShouldBeForWhoTakesTheEntryNext() {
    QueuedMail mail = mail(1);
    Doubts.Left put = doubts.put(mail, doubt(IntStream.of(0))).orElseThrow();
    doubts.leave(List.of(put));
    assertThat(doubts.left(mail.id())).containsExactly(put);
    assertThat(doubts.take(mail.id())).containsExactly(put);
    assertThat(doubts.left(mail.id())).isEmpty();
    assertThat(slots()).as("until it is cleared").isEqualTo(1);
  }

  @Test
  void recordOfAnotherKindShouldBeForgotten() throws Exception {
    try (SlotFile file = SlotFile.open(directory.resolve("doubts.bin"))) {
      file.put(new byte[] {7, 1, 2, 3});
      file.put(new byte[] {1, 42});
      file.put(new byte[0]);
    }
    assertThat(left()).isEmpty();
    assertThat(slots()).isZero();
    byte[] noise = new byte[3_000];
    Arrays.fill(noise, (byte) 0xa5);
    Files.write(directory.resolve("doubts.bin"), noise);
    assertThat(left()).isEmpty();
  }
}
