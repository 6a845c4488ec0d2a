/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotFileTest {
  @TempDir Path directory;
  private Path path;
  private SlotFile file;

  @BeforeEach
  void open() {
    path = directory.resolve("slots");
    file = SlotFile.open(path);
  }

  private static byte[] record(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private int put(String text) {
    return file.put(record(text)).orElseThrow();
  }

  /** What a process finds that begins now: this one has not closed the file, as after a kill. */
  private Map<Integer, String> found() {
    Map<Integer, String> texts = new TreeMap<>();
    SlotFile.open(path)
        .found()
        .forEach((slot, octets) -> texts.put(slot, new String(octets, StandardCharsets.US_ASCII)));
    return texts;
  }

  @Test
  void recordsShouldBeFoundUntilTheyAreCleared() {
    assertThat(found()).isEmpty();
    put("one");
    int two = put("two");
    put("three");
    assertThat(found())
        .containsExactly(Map.entry(0, "one"), Map.entry(1, "two"), Map.entry(2, "three"));
    file.clear(two);
    assertThat(found()).containsExactly(Map.entry(0, "one"), Map.entry(2, "three"));
  }

  @Test
  void slotsThatAreFreeShouldBeUsedFirst() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      int slot = put("record " + i);
      put("another");
      file.clear(slot);
      file.clear(1);
    }
    assertThat(Files.size(path)).isLessThanOrEqualTo(2 * SlotFile.SLOT);
    assertThat(found()).isEmpty();
  }

  @Test
  void slotsThatWereFoundShouldNotBeWrittenOver() {
    put("one");
    file.close();
    file = SlotFile.open(path);
    assertThat(put("two")).isEqualTo(1);
    file.clear(0);
    assertThat(found()).containsExactly(Map.entry(1, "two"));
  }

  @Test
  void fileShouldBecomeShortAgain() throws IOException {
    int first = put("one");
    int second = put("two");
    file.clear(first);
    file.clear(second);
    file.close();
    assertThat(found()).isEmpty();
    assertThat(path).isEmptyFile();
  }

  @Test
  void slotThatIsTornShouldBeFree() throws IOException {
    put("one");
    put("two");
    put("three");
    try (RandomAccessFile octets = new RandomAccessFile(path.toFile(), "rw")) {
      octets.seek(SlotFile.SLOT + 9);
      octets.write('W');
      octets.setLength(2 * SlotFile.SLOT + 10);
    }
    assertThat(found()).containsExactly(Map.entry(0, "one"));
    file = SlotFile.open(path);
    assertThat(put("four")).isEqualTo(1);
    assertThat(found()).containsExactly(Map.entry(0, "one"), Map.entry(1, "four"));
  }

  @Test
  void anyOctetsShouldBeNoReasonToFail() throws IOException {
    Files.write(path, OpenStores.octets(10_000));
    assertThat(found()).isEmpty();
    Files.delete(path);
    Files.createDirectory(path);
    assertThat(found()).isEmpty();
    file = SlotFile.open(path);
    assertThat(file.put(record("one"))).isEmpty();
    file.clear(0);
  }

  @Test
  void fullFileShouldTakeNoMoreUntilASlotIsCleared() {
    for (int i = 0; i < SlotFile.MOST_SLOTS; i++) {
      assertThat(put("x")).isEqualTo(i);
    }
    assertThat(file.put(record("y"))).isEmpty();
    file.clear(4711);
    assertThat(put("z")).isEqualTo(4711);
  }

  @Test
  void longestRecordShouldFitAndALongerOneShouldNot() {
    assertThat(file.put(new byte[SlotFile.ROOM])).isEqualTo(OptionalInt.of(0));
    assertThat(file.put(new byte[SlotFile.ROOM + 1])).isEmpty();
    assertThat(SlotFile.open(path).found()).containsOnlyKeys(0);
    assertThat(put("next")).isEqualTo(1);
  }

  @Test
  void anInterruptShouldCostOneRecordAtMost() {
    Thread.currentThread().interrupt();
    assertThat(file.put(record("lost"))).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(put("kept")).isZero();
    assertThat(found()).containsExactly(Map.entry(0, "kept"));
  }

  @Test
  void closedFileShouldKeepNothing() {
    put("one");
    file.close();
    assertThat(file.put(record("two"))).isEmpty();
    file.clear(0);
    assertThat(found()).containsExactly(Map.entry(0, "one"));
    assertThat(SlotFile.none().put(record("x"))).isEmpty();
  }
}
