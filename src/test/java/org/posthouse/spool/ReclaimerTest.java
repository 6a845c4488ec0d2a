/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store on a disk that nobody else uses and that is full when its own files are large. */
@Timeout(180)
class ReclaimerTest {
  private static final long DISK = 400L << 20;
  private static final long RESERVE = 100L << 20;
  private static final int MAIL = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  @TempDir Path directory;
  private final Map<SpoolId, BodyRef> held = new TreeMap<>();
  private volatile long mayStay = Long.MAX_VALUE;
  private RocksSpool spool;

  @BeforeEach
  void open() {
    spool =
        RocksSpool.open(
            SpoolConfiguration.in(directory).withReserve(RESERVE), this::free, Clock.systemUTC());
  }

  @AfterEach
  void close() {
    spool.close();
  }

  @Test
  void storeThatFilledItsDiskShouldTakeMailAgainWhenItHasDrained() throws IOException {
    fill();
    release(1);
    awaitAcceptance(PATIENCE);
    Awaitility.await().atMost(PATIENCE).until(() -> sizeOf(directory) < DISK / 4);
  }

  /** In every blob file something is alive, so none of them goes as it is. */
  @Test
  void mailThatStaysShouldBeMovedOutOfTheWay() throws IOException {
    fill();
    mayStay = DISK / 8;
    release(8);
    assertThat(held).isNotEmpty();
    awaitAcceptance(PATIENCE.multipliedBy(2));
    for (BodyRef body : held.values()) {
      assertThat(spool.open(body).readAllBytes()).isEqualTo(OpenStores.octets(MAIL));
    }
  }

  @Test
  void closeShouldNotWaitForIt() throws IOException {
    fill();
    release(8);
    Awaitility.await().atMost(PATIENCE).until(() -> sizeOf(directory) < DISK - RESERVE);
    long begin = System.nanoTime();
    spool.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    open();
    assertThat(OpenStores.count(spool, Table.REFERENCE)).isEqualTo(held.size());
  }

  /** Never enough while the store is larger than it may stay. */
  private long free(Path store) throws IOException {
    long size = sizeOf(store);
    return Math.min(Math.max(0, DISK - size), size > mayStay ? RESERVE - 1 : DISK);
  }

  private void fill() throws IOException {
    while (offer()) {
      assertThat(held).hasSizeLessThan(1000);
    }
    assertThat(held).hasSizeGreaterThan(50);
  }

  private boolean offer() throws IOException {
    SpoolId holder = spool.nextId();
    Batch batch = new Batch().asIntake();
    byte[] octets = OpenStores.octets(MAIL);
    try {
      BodyRef body = spool.write(batch, new ByteArrayInputStream(octets), octets.length);
      spool.commit(batch.hold(body, holder), Durability.SYNCED).join();
      held.put(holder, body);
      return true;
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(SpoolException.Full.class);
      return false;
    }
  }

  /** All but one in so many of them; 1 for all. */
  private void release(int keepOneIn) {
    List<SpoolId> holders = new ArrayList<>(held.keySet());
    for (int i = 0; i < holders.size(); i++) {
      if (keepOneIn == 1 || i % keepOneIn > 0) {
        SpoolId holder = holders.get(i);
        spool.commit(new Batch().release(held.remove(holder), holder), Durability.SYNCED).join();
      }
    }
  }

  private void awaitAcceptance(Duration atMost) {
    Awaitility.await().atMost(atMost).pollInterval(Duration.ofMillis(500)).until(this::offer);
  }

  private static long sizeOf(Path store) throws IOException {
    long size = 0;
    try (var files = Files.newDirectoryStream(store)) {
      for (Path file : files) {
        size += sizeOfFile(file);
      }
    }
    return size;
  }

  private static long sizeOfFile(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
