/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stores as a loss of power leaves them, and one that a bad disk left. */
@Timeout(60)
class TornStoreTest {
  private static final int COMMITS = 50;

  @TempDir Path scratch;
  private Path store;

  /** What stands on the disk while the store is open: all of it is in the log. */
  @BeforeEach
  void crash() throws IOException {
    store = Files.createDirectory(scratch.resolve("crashed"));
    try (RocksSpool spool = OpenStores.at(scratch.resolve("live"))) {
      for (int i = 0; i < COMMITS; i++) {
        spool
            .commit(new Batch().put(Table.CONTENT, Keys.body(i), value(i)), Durability.SYNCED)
            .join();
      }
      StoreFiles.copy(scratch.resolve("live"), store);
    }
  }

  private static byte[] value(int number) {
    return OpenStores.octets(3_000 + number);
  }

  private Path only(String part) throws IOException {
    return StoreFiles.list(store).stream()
        .filter(file -> file.getFileName().toString().contains(part))
        .filter(file -> file.toFile().length() > 0)
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  /** The first commits of which all are there. */
  private static int intact(Spool spool) {
    int count = 0;
    while (count < COMMITS
        && Arrays.equals(spool.get(Table.CONTENT, Keys.body(count)), value(count))) {
      count++;
    }
    return count;
  }

  private void append(Path file, byte[] octets, int zeros) throws IOException {
    byte[] before = Files.readAllBytes(file);
    byte[] all = Arrays.copyOf(before, before.length + octets.length + zeros);
    System.arraycopy(octets, 0, all, before.length, octets.length);
    Files.write(file, all);
  }

  private static byte[] halfARecord() {
    byte[] record = new LogFormat().add(OpenStores.octets(5_000)).octets();
    return Arrays.copyOf(record, record.length / 2);
  }

  private Map<String, Integer> fingerprint() throws IOException {
    Map<String, Integer> all = new TreeMap<>();
    for (Path file : StoreFiles.list(store)) {
      if (!file.endsWith("LOCK")) {
        all.put(file.getFileName().toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return all;
  }

  private void readsBesideAndOpens(int commits) throws IOException {
    Map<String, Integer> before = fingerprint();
    try (ReadOnlySpool spool = ReadOnlySpool.open(store)) {
      assertThat(intact(spool)).isEqualTo(commits);
    }
    assertThat(fingerprint()).isEqualTo(before);
    for (int start = 0; start < 2; start++) {
      try (RocksSpool spool = OpenStores.at(store)) {
        assertThat(intact(spool)).isEqualTo(commits);
        byte[] key = Keys.body(1_000 + start);
        spool.commit(new Batch().put(Table.CONTENT, key, key), Durability.SYNCED).join();
      }
    }
  }

  @Test
  void tornLogShouldOpenWithAllThatWasSynced() throws IOException {
    append(only(".log"), halfARecord(), 40_000);
    readsBesideAndOpens(COMMITS);
  }

  @Test
  void tornManifestShouldOpenWithAllThatWasSynced() throws IOException {
    Path manifest = only("MANIFEST");
    append(manifest, halfARecord(), 6_000);
    byte[] torn = Files.readAllBytes(manifest);
    readsBesideAndOpens(COMMITS);
    assertThat(only("torn-")).hasBinaryContent(torn);
  }

  @Test
  void tornLogAndManifestShouldOpenTogether() throws IOException {
    append(only(".log"), halfARecord(), 4_000);
    append(only("MANIFEST"), new byte[] {1, 2, 3, 4, 0, 1, 1, 9}, 1_000);
    readsBesideAndOpens(COMMITS);
  }

  @Test
  void recordThatIsWrongAtTheEndShouldBeCut() throws IOException {
    Path log = only(".log");
    byte[] octets = Files.readAllBytes(log);
    octets[octets.length - 1_000] ^= 1;
    Files.write(log, octets);
    readsBesideAndOpens(COMMITS - 1);
  }

  @Test
  void flippedBitBeforeOtherRecordsShouldBeRefusedByName() throws IOException {
    refusesDamage(only(".log"), 20_000);
  }

  @Test
  void flippedBitInTheManifestShouldBeRefusedByName() throws IOException {
    refusesDamage(only("MANIFEST"), 20);
  }

  private void refusesDamage(Path file, int at) throws IOException {
    byte[] octets = Files.readAllBytes(file);
    octets[at] ^= 1;
    Files.write(file, octets);
    Map<String, Integer> before = fingerprint();
    String name = file.getFileName().toString();
    assertThatThrownBy(() -> ReadOnlySpool.open(store))
        .isInstanceOf(SpoolException.Unreadable.class)
        .hasMessageContaining(name + " is damaged at octet ");
    assertThatThrownBy(() -> OpenStores.at(store))
        .isInstanceOf(SpoolException.Unreadable.class)
        .hasMessageContaining(name + " is damaged at octet ")
        .hasMessageContaining("posthouse queue rescue");
    Map<String, Integer> after = fingerprint();
    after.keySet().retainAll(before.keySet());
    after.keySet().removeIf(other -> other.startsWith("LOG"));
    before.keySet().removeIf(other -> other.startsWith("LOG"));
    assertThat(after).isEqualTo(before);
  }

  @Test
  void wrongEndOfALogShouldBeDamageWhenALaterLogHasRecords() throws IOException {
    Path log = only(".log");
    byte[] octets = Files.readAllBytes(log);
    Files.write(store.resolve("999999.log"), new LogFormat().add(new byte[20]).octets());
    octets[octets.length - 1_000] ^= 1;
    Files.write(log, octets);
    assertThat(StoreLogs.scan(store).with(LogFile.Verdict.DAMAGED)).hasSize(1);
    Files.write(log, Arrays.copyOf(octets, octets.length - 1_500));
    assertThat(StoreLogs.scan(store).with(LogFile.Verdict.DAMAGED)).isEmpty();
  }
}
