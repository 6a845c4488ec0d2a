/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.admin.ControlSocket;
import org.posthouse.queue.Queues;
import org.posthouse.spool.Batch;
import org.posthouse.spool.Durability;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.StoreFiles;
import org.posthouse.spool.Table;

/** List, export, backup and restore; what needs a server process is in acceptance. */
class QueueCommandTest {
  @TempDir Path scratch;

  private StoreUnderTest filled(int... sizes) throws Exception {
    Path home = Files.createDirectories(scratch.resolve("home"));
    StoreUnderTest store = new StoreUnderTest(home);
    Files.createDirectories(home.resolve("var"));
    store.fill(sizes);
    return store;
  }

  @Test
  void exportShouldKeepEveryOctet() throws Exception {
    StoreUnderTest store = filled(0, 1, 5_000, 3_000_000, 100);
    Path target = scratch.resolve("out");

    assertThat(store.run("export", target.toString())).as(store.err()).isZero();

    assertThat(store.out()).contains("5 mails exported, of these 0 not whole");
    assertThat(store.countExact(target)).isEqualTo(5);
    SpoolId first = store.bodies().keySet().iterator().next();
    JsonNode json =
        new ObjectMapper().readTree(StoreUnderTest.exported(target, first + ".json").toFile());
    assertThat(json.path("reversePath").asText()).isEqualTo("alice@relay.test");
    assertThat(json.path("queue").asText()).isEqualTo("spool");
    assertThat(json.path("queueId").asText()).isEqualTo("Q" + first);
    assertThat(json.path("error").asText()).isEqualTo(StoreUnderTest.ERROR);
    assertThat(json.path("recipients").get(1).path("address").asText())
        .isEqualTo("carol@next.test");
    assertThat(json.path("recipients").get(0).path("state").asText()).isEqualTo("queued");
  }

  @Test
  void exportShouldChooseByIdAndRepository() throws Exception {
    StoreUnderTest store = filled(10, 20, 30);
    SpoolId first = store.bodies().keySet().iterator().next();

    assertThat(store.run("export", out("a"), "--id", "Q" + first)).isZero();
    assertThat(store.out()).startsWith("1 mails exported");
    assertThat(store.run("export", out("b"), "--repository", StoreUnderTest.REPOSITORY)).isZero();
    assertThat(store.out()).startsWith("1 mails exported");
    assertThat(store.run("export", out("c"), "--queue", "nowhere")).isEqualTo(64);
    assertThat(store.run("export", out("d"), "--id", "NOSUCH")).isEqualTo(64);
    assertThat(store.run("export", out("e"), "--repository", "file://var/nowhere")).isEqualTo(64);
    assertThat(Set.of("c", "d", "e")).noneMatch(name -> Files.exists(scratch.resolve(name)));
  }

  @Test
  void exportShouldKnowARepositoryWithAndWithoutItsLastSlash() throws Exception {
    StoreUnderTest store = filled(10, 20);
    String url = StoreUnderTest.REPOSITORY.replaceAll("/$", "");
    for (String written : List.of(url, url + "/")) {
      String target = out("to" + written.length());
      assertThat(store.run("export", target, "--repository", written)).as(store.err()).isZero();
      assertThat(store.out()).startsWith("1 mails exported");
    }
  }

  @Test
  void aFailedExportShouldLeaveADirectoryThatWasThere() throws Exception {
    StoreUnderTest store = filled(10);
    Files.createDirectory(scratch.resolve("mine"));
    assertThat(store.run("export", out("mine"), "--id", "NOSUCH")).isEqualTo(64);
    assertThat(scratch.resolve("mine")).isEmptyDirectory();
  }

  @Test
  void listShouldReadAStoreThatIsOpen() throws Exception {
    StoreUnderTest store = filled(10, 2_000, 30);
    try (Spool spool = store.open()) {
      store.put(new Queues(spool, Clock.systemUTC()), 5, false);

      assertThat(store.run("list")).as(store.err()).isZero();
      assertThat(store.out().lines())
          .containsExactly(
              "KIND        MAILS  NAME",
              "queue       3      spool",
              "repository  1      " + StoreUnderTest.REPOSITORY);
      assertThat(store.run("list", "spool", "--json", "--limit", "2")).isZero();
      JsonNode mails = new ObjectMapper().readTree(store.out());
      assertThat(mails).hasSize(2);
      assertThat(mails.get(1).path("size").asInt()).isEqualTo(StoreUnderTest.HEADER.length + 2_000);
      assertThat(store.err()).contains("the first 2 of 3");
      assertThat(store.run("list", "spool")).isZero();
      List<String> lines = store.out().lines().toList();
      assertThat(lines).hasSize(4);
      assertThat(lines.get(0)).matches("ID +NEXT ATTEMPT +ATTEMPTS +SIZE +FROM +TO");
      assertThat(lines.get(1))
          .matches(
              "Q\\S+ +2023-11-14T22:13:20Z +0 +\\d+ +<alice@relay.test>"
                  + " +<bob@next.test>,<carol@next.test>");
    }
    assertThat(store.run("list", "nowhere")).isEqualTo(64);
  }

  @Test
  void backupUnderLoadShouldRestoreAllThatWasCommittedBefore() throws Exception {
    StoreUnderTest store = filled(10, 3_000_000, 30);
    Path backup = scratch.resolve("the backup");
    Set<SpoolId> before;
    AtomicBoolean stop = new AtomicBoolean();
    try (Spool spool = store.open();
        ControlSocket control = ControlSocket.open(scratch.resolve("home/var/control.sock"))) {
      control.register("backup", words -> backUp(spool, words.get(0)));
      Queues queues = new Queues(spool, Clock.systemUTC());
      CountDownLatch begun = new CountDownLatch(20);
      Thread load =
          new Thread(
              () -> {
                while (!stop.get()) {
                  synchronized (store) {
                    store.put(queues, 3_000, false);
                  }
                  begun.countDown();
                }
              });
      load.start();
      begun.await();
      synchronized (store) {
        before = Set.copyOf(store.bodies().keySet());
      }
      int code = store.run("backup", backup.toString());
      stop.set(true);
      load.join();
      assertThat(code).as(store.err()).isZero();
      assertThat(store.out()).contains("from the running server");
    }
    assertThat(store.run("restore", backup.toString())).isEqualTo(73);
    assertThat(store.run("restore", backup.toString(), "--force")).as(store.err()).isZero();
    assertThat(store.out()).contains("spool.before-restore-1");
    store.bodies().keySet().retainAll(before);
    assertThat(store.run("export", out("restored"))).isZero();
    assertThat(store.countExact(scratch.resolve("restored"))).isEqualTo(before.size());
  }

  private static Object backUp(Spool spool, String word) throws Exception {
    StoreFiles.backup(
        spool, Path.of(java.net.URLDecoder.decode(word, java.nio.charset.StandardCharsets.UTF_8)));
    return java.util.Map.of();
  }

  @Test
  void backupWithoutServerShouldRestoreIntoAnEmptyHome() throws Exception {
    StoreUnderTest store = filled(10, 2_000_000, 30);
    Path backup = scratch.resolve("backup");
    assertThat(store.run("backup", backup.toString())).as(store.err()).isZero();
    assertThat(store.out()).contains("2 mails in queues, 1 in repositories");
    assertThat(store.run("backup", backup.toString())).isEqualTo(73);

    StoreFiles.deleteAll(store.store());
    assertThat(store.run("restore", backup.toString())).as(store.err()).isZero();
    assertThat(store.run("export", out("restored"))).isZero();
    assertThat(store.countExact(scratch.resolve("restored"))).isEqualTo(3);
  }

  @Test
  void restoreShouldRefuseANewerFormatAndDamage() throws Exception {
    StoreUnderTest store = filled(10, 20);
    assertThat(store.run("backup", out("backup"))).isZero();
    try (Spool spool = store.open()) {
      byte[] newer = {0, 0, 0, 0, 0, 0, 0, 2};
      byte[] key = "format".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      spool.commit(new Batch().put(Table.META, key, newer), Durability.SYNCED).join();
    }
    Files.move(store.store(), scratch.resolve("newer"));
    assertThat(store.run("restore", out("newer"))).isEqualTo(65);
    assertThat(store.err()).contains("has format 2");
    assertThat(store.run("restore", out("nothing"))).isEqualTo(78);
    assertThat(store.files("")).allMatch(file -> file.endsWith("LOCK"));
  }

  @Test
  void nothingToReadShouldBeTold() {
    StoreUnderTest store = new StoreUnderTest(scratch);
    assertThat(store.run("list")).isEqualTo(78);
    assertThat(store.err()).contains("there is no store in");
    assertThat(store.run("rescue", out("saved"))).isEqualTo(78);
    assertThat(store.run("list", "--nonsense")).isEqualTo(64);
  }

  private String out(String name) {
    return scratch.resolve(name).toString();
  }
}
