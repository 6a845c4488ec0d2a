/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.spool.LogFile.Verdict;

@Timeout(60)
class LogFileTest {
  private static final int[] SIZES = {
    1, 100, 4000, 300, 20_000, 2, 8_000, 70_000, 50, 0, 12_000, 9_000, 500
  };

  @TempDir Path directory;
  private final LogFormat log = new LogFormat();
  private Path file;
  private byte[] whole;

  @BeforeEach
  void write() throws IOException {
    Random random = new Random(7);
    for (int size : SIZES) {
      byte[] record = new byte[size];
      for (int i = 0; i < size; i++) {
        record[i] = (byte) (1 + random.nextInt(255));
      }
      log.add(record);
    }
    file = directory.resolve("000007.log");
    whole = log.octets();
    Files.write(file, whole);
  }

  private LogFile scan(byte[] octets) throws IOException {
    Files.write(file, octets);
    return LogFile.scan(file);
  }

  private static byte[] flipped(byte[] octets, int at) {
    byte[] copy = octets.clone();
    copy[at] ^= 0x10;
    return copy;
  }

  @Test
  void wholeFileShouldBeWhole() throws IOException {
    LogFile scanned = scan(whole);
    assertThat(scanned.verdict()).isEqualTo(Verdict.WHOLE);
    assertThat(scanned.records()).isEqualTo(SIZES.length);
    assertThat(scanned.unreadable()).isZero();
    assertThat(scan(new byte[0]).verdict()).isEqualTo(Verdict.WHOLE);
  }

  /** At each octet around the ends of records and blocks, and at some within records. */
  @Test
  void truncationsShouldBeTornWhereTheLastCompleteRecordEnds() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int size = whole.length - 1; size >= 0; size--) {
        int end = log.endBefore(size);
        int inBlock = size % 32768;
        if (size - end > 16 && inBlock > 16 && inBlock < 32768 - 16 && size % 7 != 0) {
          continue;
        }
        channel.truncate(size);
        LogFile scanned = LogFile.scan(file);
        boolean padding = size > end && size % 32768 != 0 && isPadding(end, size);
        if (size == end || padding || isPaddedBlock(end, size)) {
          assertThat(scanned.verdict()).as("cut to %d", size).isEqualTo(Verdict.WHOLE);
        } else {
          assertThat(scanned.verdict()).as("cut to %d", size).isEqualTo(Verdict.TORN);
          assertThat(scanned.offset()).as("cut to %d", size).isEqualTo(end);
          assertThat(scanned.unfinished()).isTrue();
          assertThat(scanned.unreadable()).isEqualTo(size - end);
        }
      }
    }
  }

  private static boolean isPadding(int end, int size) {
    int left = 32768 - end % 32768;
    return left < 7 && size <= end + left;
  }

  private static boolean isPaddedBlock(int end, int size) {
    return size % 32768 == 0 && isPadding(end, size);
  }

  @Test
  void zerosToTheEndShouldBeTorn() throws IOException {
    for (int from = 0; from < whole.length; from += 211) {
      byte[] octets = whole.clone();
      Arrays.fill(octets, from, octets.length, (byte) 0);
      LogFile scanned = scan(octets);
      assertThat(scanned.verdict()).as("zeros from %d", from).isEqualTo(Verdict.TORN);
      assertThat(scanned.offset()).as("zeros from %d", from).isEqualTo(log.endBefore(from));
    }
  }

  @Test
  void zerosBehindTheEndShouldBeTorn() throws IOException {
    LogFile scanned = scan(Arrays.copyOf(whole, whole.length + 100_000));
    assertThat(scanned.verdict()).isEqualTo(Verdict.TORN);
    assertThat(scanned.offset()).isEqualTo(whole.length);
  }

  @Test
  void flippedBitShouldBeDamageWhenRecordsFollow() throws IOException {
    int lastBegins = log.ends().get(SIZES.length - 2);
    for (int at = 0; at < lastBegins; at += 101) {
      LogFile scanned = scan(flipped(whole, at));
      if (isInPadding(at)) {
        continue;
      }
      assertThat(scanned.verdict()).as("flip at %d", at).isEqualTo(Verdict.DAMAGED);
      assertThat(scanned.offset())
          .as("flip at %d", at)
          .isBetween((long) log.endBefore(at), (long) at);
      assertThat(scanned.unreadable())
          .as("flip at %d", at)
          .isBetween(1L, 32L + Arrays.stream(SIZES).max().getAsInt() + 32768);
    }
  }

  private boolean isInPadding(int at) {
    int end = log.endBefore(at);
    return isPadding(end, at + 1);
  }

  @Test
  void flippedBitInTheLastRecordShouldBeTorn() throws IOException {
    int begins = log.ends().get(SIZES.length - 2);
    for (int at = begins; at < whole.length; at++) {
      LogFile scanned = scan(flipped(whole, at));
      assertThat(scanned.verdict()).as("flip at %d", at).isEqualTo(Verdict.TORN);
      assertThat(scanned.offset()).isEqualTo(begins);
    }
  }

  @Test
  void pageThatWasNeverWrittenShouldBeTornAlthoughRecordsFollow() throws IOException {
    for (int page = 0; page + 4096 < whole.length; page += 4096) {
      byte[] octets = whole.clone();
      Arrays.fill(octets, page, page + 4096, (byte) 0);
      LogFile scanned = scan(octets);
      assertThat(scanned.verdict()).as("page at %d", page).isEqualTo(Verdict.TORN);
      assertThat(scanned.offset()).as("page at %d", page).isEqualTo(log.endBefore(page));
      assertThat(scanned.unfinished()).isTrue();
    }
  }

  @Test
  void zerosWithinAPageShouldBeDamage() throws IOException {
    byte[] octets = whole.clone();
    Arrays.fill(octets, 5_000, 6_000, (byte) 0);
    assertThat(scan(octets).verdict()).isEqualTo(Verdict.DAMAGED);
  }

  @Test
  void missingPieceOfARecordShouldBeDamage() throws IOException {
    LogFormat other = new LogFormat().add(new byte[] {1}).add(new byte[40_000]);
    byte[] octets = other.octets();
    // The second block alone: the end of a record that never began, and another one.
    byte[] tail = Arrays.copyOfRange(octets, 32768, octets.length);
    byte[] whole = Arrays.copyOf(tail, 32768);
    LogFile scanned = scan(whole);
    assertThat(scanned.verdict()).isEqualTo(Verdict.DAMAGED);
    assertThat(scanned.offset()).isZero();
  }
}
