/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BodiesTest {
  private static final int LARGE = 3_670_016;

  @TempDir Path directory;
  private RocksSpool spool;

  @BeforeEach
  void open() {
    spool = OpenStores.at(directory);
  }

  @AfterEach
  void close() {
    spool.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1023, BodyRef.CHUNK, BodyRef.CHUNK + 1, LARGE})
  void bodyShouldBeReadAsItWasWritten(int size) throws IOException {
    SpoolId holder = spool.nextId();
    BodyRef body = OpenStores.hold(spool, holder, size);
    assertThat(BodyRef.parse(body.toString())).isEqualTo(body);
    assertThat(OpenStores.count(spool, Table.BODY)).isEqualTo(BodyRef.chunksFor(size));
    reopen();
    assertThat(spool.open(body).readAllBytes()).isEqualTo(OpenStores.octets(size));
    release(body, holder);
    isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, LARGE})
  void bodyShouldGoWithItsLastReferenceAndNotBefore(int size) throws IOException {
    SpoolId first = spool.nextId();
    SpoolId second = spool.nextId();
    BodyRef body = OpenStores.hold(spool, first, size);
    commit(new Batch().hold(body, second).release(body, first));
    assertThat(spool.open(body).readAllBytes()).hasSize(size);
    release(body, second);
    isEmpty();
  }

  @Test
  void holdAndReleaseInOneGroupShouldCountTogether() throws IOException {
    SpoolId first = spool.nextId();
    BodyRef body = OpenStores.hold(spool, first, 10);
    SpoolId second = spool.nextId();
    CompletableFuture<Void> release =
        spool.commit(new Batch().release(body, first), Durability.ORDERED);
    CompletableFuture<Void> hold = spool.commit(new Batch().hold(body, second), Durability.ORDERED);
    release.join();
    // Whether they met in one group is chance; a hold that came too late must have failed.
    boolean held = hold.handle((done, failure) -> failure == null).join();
    assertThat(OpenStores.count(spool, Table.BODY)).isEqualTo(held ? 1 : 0);
    assertThat(OpenStores.count(spool, Table.REFERENCE)).isEqualTo(held ? 1 : 0);
  }

  @Test
  void bodyShouldLiveAsLongAsOneOfManyThreadsHoldsIt() throws IOException {
    for (int round = 0; round < 20; round++) {
      SpoolId origin = spool.nextId();
      BodyRef body = OpenStores.hold(spool, origin, 2000);
      byte[] expected = OpenStores.octets(2000);
      IntStream.range(0, 64)
          .parallel()
          .forEach(
              i -> {
                SpoolId own = spool.nextId();
                commit(new Batch().hold(body, own));
                assertThat(spool.open(body)).hasBinaryContent(expected);
                release(body, own);
              });
      assertThat(OpenStores.count(spool, Table.REFERENCE)).isEqualTo(1);
      release(body, origin);
      isEmpty();
    }
  }

  @Test
  void bodyShouldGoThoughThousandsBehindItWentBefore() throws IOException {
    SpoolId first = spool.nextId();
    SpoolId second = spool.nextId();
    BodyRef body = OpenStores.hold(spool, first, 10);
    Batch coming = new Batch();
    Batch going = new Batch();
    for (int i = 0; i < 3000; i++) {
      SpoolId holder = spool.nextId();
      BodyRef other = spool.write(coming, InputStream.nullInputStream(), 0);
      coming.hold(other, holder);
      going.release(other, holder);
    }
    commit(coming);
    commit(going);
    commit(new Batch().hold(body, second));
    release(body, first);
    assertThat(OpenStores.count(spool, Table.BODY)).isEqualTo(1);
    release(body, second);
    isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void eachBodyOfAGroupShouldGoWithItsOwnLastHolder(long seed) throws IOException {
    Random random = new Random(seed);
    Map<BodyRef, List<SpoolId>> holders = new LinkedHashMap<>();
    for (int i = 0; i < 60; i++) {
      SpoolId first = spool.nextId();
      BodyRef body = OpenStores.hold(spool, first, 10);
      List<SpoolId> all = holders.computeIfAbsent(body, none -> new ArrayList<>(List.of(first)));
      for (int more = random.nextInt(7); more > 0; more--) {
        SpoolId holder = spool.nextId();
        commit(new Batch().hold(body, holder));
        all.add(holder);
      }
    }
    while (!holders.isEmpty()) {
      Batch going = new Batch();
      holders.forEach(
          (body, left) -> {
            Collections.shuffle(left, random);
            for (int less = random.nextInt(1 + left.size()); less > 0; less--) {
              going.release(body, left.remove(0));
            }
          });
      commit(going);
      holders.values().removeIf(List::isEmpty);
      assertThat(OpenStores.count(spool, Table.BODY)).isEqualTo(holders.size());
    }
    isEmpty();
  }

  @Test
  void lastReleasesOfManyThreadsShouldRemoveTheBody() throws IOException {
    SpoolId origin = spool.nextId();
    BodyRef body = OpenStores.hold(spool, origin, LARGE);
    List<SpoolId> holders = new ArrayList<>(List.of(origin));
    Batch more = new Batch();
    for (int i = 0; i < 63; i++) {
      SpoolId holder = spool.nextId();
      holders.add(holder);
      more.hold(body, holder);
    }
    commit(more);
    holders.parallelStream().forEach(holder -> release(body, holder));
    isEmpty();
    reopen();
    isEmpty();
  }

  @Test
  void holdOfABodyThatHasGoneShouldFailThatCommitOnly() throws IOException {
    SpoolId holder = spool.nextId();
    BodyRef body = OpenStores.hold(spool, holder, 5);
    release(body, holder);
    Batch late = new Batch().put(Table.ENVELOPE, Keys.entry(holder), new byte[1]);
    CompletableFuture<Void> before = spool.commit(meta("before"), Durability.SYNCED);
    CompletableFuture<Void> failed = spool.commit(late.hold(body, holder), Durability.SYNCED);
    CompletableFuture<Void> after = spool.commit(meta("after"), Durability.SYNCED);
    before.join();
    after.join();
    assertThatThrownBy(failed::join).hasRootCauseMessage("%s", goneMessage(body));
    assertThat(spool.get(Table.ENVELOPE, Keys.entry(holder))).isNull();
    assertThat(OpenStores.count(spool, Table.REFERENCE)).isZero();
  }

  @Test
  void bodyThatEndsEarlyShouldLeaveNothing() {
    Batch batch = new Batch().asIntake();
    assertThatThrownBy(
            () -> spool.write(batch, new ByteArrayInputStream(new byte[LARGE - 1]), LARGE))
        .isInstanceOf(EOFException.class);
    commit(meta("later"));
    isEmpty();
  }

  @Test
  void discardedBatchShouldLeaveNothing() throws IOException {
    Batch batch = new Batch();
    spool.write(batch, new ByteArrayInputStream(new byte[LARGE]), LARGE);
    assertThat(OpenStores.count(spool, Table.BODY)).isEqualTo(4);
    spool.discard(batch);
    spool.discard(batch);
    commit(meta("later"));
    isEmpty();
  }

  @Test
  void halfWrittenBodyShouldBeRemovedAtTheNextOpen() throws IOException {
    SpoolId holder = spool.nextId();
    BodyRef kept = OpenStores.hold(spool, holder, LARGE);
    spool.write(new Batch(), new ByteArrayInputStream(new byte[LARGE]), LARGE);
    assertThat(OpenStores.count(spool, Table.BODY)).isEqualTo(8);
    reopen();
    assertThat(OpenStores.count(spool, Table.BODY)).isEqualTo(4);
    assertThat(OpenStores.count(spool, Table.REFERENCE)).isEqualTo(1);
    assertThat(spool.open(kept).readAllBytes()).isEqualTo(OpenStores.octets(LARGE));
  }

  @Test
  void withoutRoomNewMailShouldBeRefusedAndOutcomesPass() throws IOException {
    SpoolId holder = spool.nextId();
    BodyRef body = OpenStores.hold(spool, holder, 10);
    spool.close();
    spool =
        RocksSpool.open(
            SpoolConfiguration.in(directory).withReserve(Long.MAX_VALUE), Clock.systemUTC());
    assertThat(spool.hasRoom()).isFalse();
    assertThatThrownBy(() -> spool.commit(meta("new").asIntake(), Durability.SYNCED).join())
        .hasCauseInstanceOf(SpoolException.Full.class);
    assertThatThrownBy(
            () ->
                spool.write(
                    new Batch().asIntake(), new ByteArrayInputStream(new byte[LARGE]), LARGE))
        .isInstanceOf(SpoolException.Full.class);
    Batch outcome = new Batch();
    BodyRef bounce = spool.write(outcome, new ByteArrayInputStream(new byte[LARGE]), LARGE);
    commit(outcome.hold(bounce, holder).release(body, holder));
    assertThat(OpenStores.count(spool, Table.BODY)).isEqualTo(4);
  }

  private static String goneMessage(BodyRef body) {
    return "the body " + body.id() + " is no longer in the store";
  }

  private static Batch meta(String key) {
    return new Batch()
        .put(Table.META, key.getBytes(java.nio.charset.StandardCharsets.UTF_8), new byte[1]);
  }

  private void commit(Batch batch) {
    spool.commit(batch, Durability.SYNCED).join();
  }

  private void release(BodyRef body, SpoolId holder) {
    commit(new Batch().release(body, holder));
  }

  private void isEmpty() {
    assertThat(OpenStores.count(spool, Table.BODY)).isZero();
    assertThat(OpenStores.count(spool, Table.REFERENCE)).isZero();
  }

  private void reopen() {
    spool.close();
    spool = OpenStores.at(directory);
  }
}
