/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolId;

/** Each kind of damage, made to a store of known mail, and how much of it is saved. */
class QueueRescueTest {
  private static final int MAILS = 60;
  private static final int GONE = 20;
  private static final long BLOCK = 32 << 10;

  @TempDir Path scratch;
  private StoreUnderTest store;

  @BeforeEach
  void fill() throws Exception {
    store = new StoreUnderTest(Files.createDirectories(scratch.resolve("home")));
    Files.createDirectories(scratch.resolve("home/var"));
    int[] sizes = new int[MAILS];
    Arrays.fill(sizes, 4_000);
    sizes[3] = 2_500_000;
    store.fill(sizes);
  }

  /** Writes everything into files: a checkpoint flushes. */
  private void flush() throws Exception {
    try (Spool spool = store.open()) {
      spool.checkpoint(scratch.resolve("flushed"));
    }
    org.posthouse.spool.StoreFiles.deleteAll(store.store());
    Files.move(scratch.resolve("flushed"), store.store());
  }

  /** Rescues, checks that the damaged store is as before, and counts what is whole. */
  private long rescue(int exitCode) throws Exception {
    return rescue(exitCode, "");
  }

  private long rescue(int exitCode, String telling) throws Exception {
    Map<String, Integer> before = store.fingerprint();
    assertThat(store.run("rescue", out("saved"))).as(store.out() + store.err()).isEqualTo(exitCode);
    before.remove("LOCK");
    Map<String, Integer> after = store.fingerprint();
    after.remove("LOCK");
    assertThat(after).isEqualTo(before);
    String said = store.out() + store.err();
    assertThat(store.run("restore", out("saved/spool"), "--force")).as(store.err()).isZero();
    assertThat(store.run("export", out("whole"))).as(store.err()).isZero();
    long whole = store.countExact(scratch.resolve("whole"));
    assertThat(said).contains(whole + " mails rescued").contains(telling);
    return whole;
  }

  private Path file(String part, boolean last) throws Exception {
    var files = store.files(part);
    assertThat(files).as(part).isNotEmpty();
    return files.get(last ? files.size() - 1 : 0);
  }

  private Path largest(String part) throws Exception {
    return store.files(part).stream()
        .max(java.util.Comparator.comparingLong(file -> file.toFile().length()))
        .orElseThrow();
  }

  @Test
  void aStoreThatIsWholeShouldBeCopiedWhole() throws Exception {
    assertThat(rescue(0)).isEqualTo(MAILS);
  }

  @Test
  void aTruncatedLogShouldCostItsEndOnly() throws Exception {
    Path log = largest(".log");
    byte[] octets = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(octets, octets.length - 9_000));
    assertThat(rescue(0)).isBetween(MAILS - 4L, MAILS - 1L);
  }

  @Test
  void aFlippedBitInTheLogShouldCostItsNeighboursOnly() throws Exception {
    Path log = largest(".log");
    StoreUnderTest.flip(log, Files.size(log) - 40_000);
    assertThat(rescue(70, "1 damaged logs, of which ")).isEqualTo(MAILS - 1);
  }

  @Test
  void aDamagedCurrentShouldCostNothing() throws Exception {
    StoreUnderTest.flip(file("CURRENT", true), 3);
    assertThat(rescue(0)).isEqualTo(MAILS);
  }

  @Test
  void aLostCurrentShouldCostNothing() throws Exception {
    Files.delete(file("CURRENT", true));
    assertThat(rescue(0)).isEqualTo(MAILS);
  }

  @Test
  void aFlippedBitInALargeMailOfTheLogShouldCostThatMail() throws Exception {
    StoreUnderTest.flip(largest(".log"), 1_000_000);
    assertThat(rescue(70, "octets cannot be read")).isEqualTo(MAILS - 1);
  }

  @Test
  void aFlippedBitInTheLengthOfARecordShouldCostTheRestOfItsBlock() throws Exception {
    Path log = largest(".log");
    // A block begins with a record: this is the upper octet of its length.
    StoreUnderTest.flip(log, (Files.size(log) / 2 / BLOCK) * BLOCK + 5);
    assertThat(rescue(70, "1 damaged logs, of which ")).isBetween(MAILS - 9L, MAILS - 1L);
  }

  @Test
  void aDamagedManifestShouldCostNothingThatStandsInTheLogs() throws Exception {
    StoreUnderTest.flip(file("MANIFEST", true), 30);
    assertThat(rescue(0, "MANIFEST-")).isEqualTo(MAILS);
  }

  @Test
  void aLostManifestShouldCostNothingThatStandsInTheLogs() throws Exception {
    Files.delete(file("MANIFEST", true));
    assertThat(rescue(0)).isEqualTo(MAILS);
  }

  @Test
  void aStoreThatIsAllInItsLogShouldBeRescuedWithoutItsIndex() throws Exception {
    Files.delete(file("MANIFEST", true));
    Files.delete(file("CURRENT", true));
    assertThat(rescue(0)).isEqualTo(MAILS);
  }

  @Test
  void lostSortedFilesShouldNotHideWhatStandsInTheLogs() throws Exception {
    flush();
    store.fill(100, 200, 300);
    for (Path file : store.files(".sst")) {
      Files.delete(file);
    }
    // The names of the queues were in one of them.
    assertThat(store.run("rescue", out("saved"))).isEqualTo(70);
    assertThat(store.out())
        .contains("0 mails rescued, 3 in part or in doubt, 0 lost")
        .contains("mail that stood only there is not counted");
    assertThat(store.countExact(scratch.resolve("saved/partial"))).isEqualTo(3);
  }

  @Test
  void mailThatTheLogsKnowAsGoneShouldNotComeBackFromAFile() throws Exception {
    flush();
    store.remove(GONE);
    Files.delete(file("MANIFEST", true));
    assertThat(store.run("rescue", out("saved"))).isEqualTo(70);
    int rest = MAILS - GONE;
    assertThat(store.out()).contains("0 mails rescued, " + rest + " in part or in doubt, 0 lost");
  }

  @Test
  void aTornManifestShouldCostNothing() throws Exception {
    flush();
    Path manifest = file("MANIFEST", true);
    byte[] octets = Files.readAllBytes(manifest);
    byte[] torn = Arrays.copyOf(octets, octets.length + 5_000);
    System.arraycopy(new byte[] {1, 2, 3, 4, 0, 10, 1, 9}, 0, torn, octets.length, 8);
    Files.write(manifest, torn);
    assertThat(rescue(0, "the index was read up to its torn end")).isEqualTo(MAILS);
  }

  @Test
  void aBackupWithADamagedLogShouldNotBeRestored() throws Exception {
    org.posthouse.spool.StoreFiles.copy(
        store.store(), Files.createDirectory(scratch.resolve("copy")));
    Path log = largest(".log");
    Path copied = scratch.resolve("copy").resolve(log.getFileName());
    StoreUnderTest.flip(copied, Files.size(copied) - 40_000);
    assertThat(store.run("restore", out("copy"), "--force")).isEqualTo(65);
    assertThat(store.err()).contains(log.getFileName() + " is damaged at octet ");
  }

  @Test
  void aBackupWithATruncatedBlobShouldNotBeRestored() throws Exception {
    flush();
    org.posthouse.spool.StoreFiles.copy(
        store.store(), Files.createDirectory(scratch.resolve("copy")));
    Path blob = scratch.resolve("copy").resolve(largest(".blob").getFileName());
    byte[] octets = Files.readAllBytes(blob);
    Files.write(blob, Arrays.copyOf(octets, octets.length / 2));
    assertThat(store.run("restore", out("copy"), "--force")).isEqualTo(65);
    assertThat(store.err()).contains("the store is damaged: ");
  }

  @Test
  void aLostFileOfBodiesShouldBeToldWhenTheStoreIsOpened() throws Exception {
    flush();
    Files.delete(largest(".blob"));
    try (var spool = (org.posthouse.spool.RocksSpool) store.open()) {
      assertThat(spool.damage().orElseThrow().reason()).contains("the .blob files have 0 of ");
    }
    assertThat(store.run("backup", out("copy"))).as(store.out()).isNotZero();
  }

  @Test
  void aFlippedBitInABlobShouldCostOneMail() throws Exception {
    flush();
    Path blob = largest(".blob");
    StoreUnderTest.flip(blob, Files.size(blob) - 10_000);
    assertThat(rescue(70)).isEqualTo(MAILS - 1);
    assertThat(scratch.resolve("saved/partial")).isDirectoryContaining("glob:**.json");
  }

  @Test
  void aFlippedBitInEverySortedFileShouldCostFew() throws Exception {
    flush();
    for (Path file : store.files(".sst")) {
      StoreUnderTest.flip(file, 100);
    }
    Map<String, Integer> before = store.fingerprint();
    assertThat(store.run("rescue", out("saved"))).isEqualTo(70);
    assertThat(store.fingerprint()).isEqualTo(before);
    assertThat(store.out()).contains("mails rescued").contains(" lost");
  }

  @Test
  void aLostManifestShouldLeaveEveryMailAsAFile() throws Exception {
    flush();
    Files.delete(file("MANIFEST", true));
    Map<String, Integer> before = store.fingerprint();
    assertThat(store.run("rescue", out("saved"))).isEqualTo(70);
    assertThat(store.fingerprint()).isEqualTo(before);
    assertThat(store.out()).contains("0 mails rescued, " + MAILS + " in part or in doubt, 0 lost");
    assertThat(store.countExact(scratch.resolve("saved/partial"))).isEqualTo(MAILS);
  }

  @Test
  void aTruncatedManifestShouldLeaveEveryMailAsAFile() throws Exception {
    flush();
    Path manifest = file("MANIFEST", true);
    byte[] octets = Files.readAllBytes(manifest);
    Files.write(manifest, Arrays.copyOf(octets, octets.length / 2));
    store.run("rescue", out("saved"));
    long rescued = Long.parseLong(store.out().split(" ", 2)[0]);
    long partial =
        Files.exists(scratch.resolve("saved/partial"))
            ? store.countExact(scratch.resolve("saved/partial"))
            : 0;
    assertThat(rescued + partial).as(store.out() + store.err()).isEqualTo(MAILS);
  }

  @Test
  void mailInDoubtShouldBeTakenWhenAsked() throws Exception {
    flush();
    Files.delete(file("MANIFEST", true));
    assertThat(store.run("rescue", out("saved"), "--doubtful")).as(store.out()).isZero();
    assertThat(store.run("restore", out("saved/spool"), "--force")).as(store.err()).isZero();
    assertThat(store.run("export", out("whole"))).as(store.err()).isZero();
    assertThat(store.countExact(scratch.resolve("whole"))).isEqualTo(MAILS);
  }

  @Test
  void aLostFileOfBodiesShouldLeaveTheHeaders() throws Exception {
    flush();
    for (Path blob : store.files(".blob")) {
      Files.delete(blob);
    }
    assertThat(store.run("rescue", out("saved"))).isEqualTo(70);
    assertThat(store.out()).contains("0 mails rescued, " + MAILS + " in part or in doubt, 0 lost");
    SpoolId first = store.bodies().keySet().iterator().next();
    assertThat(StoreUnderTest.exported(scratch.resolve("saved/partial"), first + ".eml"))
        .hasBinaryContent(StoreUnderTest.HEADER);
  }

  private String out(String name) {
    return scratch.resolve(name).toString();
  }
}
