/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Files that change as certbot changes them: numbered ones in archive/, links to them in live/. */
class ReloadTest {
  private static final String HOST = "relay.test";
  private static final String TLS =
      "<tls startTLS='true'><privateKey>file://live/privkey.pem</privateKey>"
          + "<certificates>file://live/fullchain.pem</certificates></tls>";

  @TempDir Path directory;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger ours = (Logger) LoggerFactory.getLogger("org.posthouse.tls");
  private OpenSsl openSsl;
  private TestDoor door;

  @BeforeEach
  void open() throws Exception {
    openSsl = new OpenSsl(directory);
    openSsl.authority("ca");
    Files.createDirectories(directory.resolve("live"));
    Files.createDirectories(directory.resolve("archive"));
    issue(1, OpenSsl.EC, 30);
    link("privkey", 1);
    link("fullchain", 1);
    ours.setLevel(Level.INFO);
    log.start();
    ours.addAppender(log);
    door = new TestDoor(directory, TLS);
  }

  @AfterEach
  void close() {
    door.close();
    ours.detachAppender(log);
    ours.setLevel(null);
  }

  private void issue(int number, String kind, int days) throws Exception {
    openSsl.issue("ca", "n" + number, kind, HOST, -1, days);
    Files.copy(openSsl.file("n" + number + ".key"), archived("privkey", number));
    Files.copy(openSsl.file("n" + number + ".fullchain.pem"), archived("fullchain", number));
  }

  private Path archived(String name, int number) {
    return directory.resolve("archive").resolve(name + number + ".pem");
  }

  private void link(String name, int number) throws IOException {
    Path link = directory.resolve("live").resolve(name + ".pem");
    Path fresh = directory.resolve("live").resolve(name + ".new");
    Files.createSymbolicLink(fresh, Path.of("../archive/" + name + number + ".pem"));
    Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
  }

  private String subject() throws Exception {
    try (SSLSocket socket =
        TestClient.trusting(openSsl.file("ca.pem")).connect(door.port(), HOST)) {
      return socket.getSession().getPeerPrincipal().getName();
    }
  }

  private List<String> lines() {
    return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void connectionsShouldWorkWhileFilesAreReplaced() throws Exception {
    issue(2, OpenSsl.RSA, 40);
    issue(3, OpenSsl.EC, 50);
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService clients = Executors.newFixedThreadPool(4);
    List<Future<Integer>> results = new ArrayList<>();
    try (SSLSocket old = TestClient.trusting(openSsl.file("ca.pem")).connect(door.port(), HOST)) {
      for (int i = 0; i < 4; i++) {
        results.add(clients.submit(connectUntil(done)));
      }
      assertThat(subject()).isEqualTo("CN=n1");
      for (int number : new int[] {2, 3}) {
        link("privkey", number);
        assertThat(subject()).as("half-written").isEqualTo("CN=n" + (number - 1));
        link("fullchain", number);
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> subject().equals("CN=n" + number));
      }
      assertThat(TestClient.ask(old)).startsWith("TLSv1.3");
      done.set(true);
      for (Future<Integer> result : results) {
        assertThat(result.get()).as("handshakes of one client").isGreaterThan(5);
      }
    } finally {
      done.set(true);
      clients.shutdown();
    }
    assertThat(door.failures()).isZero();
    assertThat(lines())
        .filteredOn(line -> line.contains("has new certificates"))
        .hasSize(2)
        .first()
        .asString()
        .startsWith("TLS of test has new certificates: CN=n2 for relay.test (RSA), until 20");
  }

  /** New sessions one after the other; the number of them. */
  private Callable<Integer> connectUntil(AtomicBoolean done) {
    return () -> {
      int handshakes = 0;
      while (!done.get()) {
        TestClient.trusting(openSsl.file("ca.pem")).ask(door.port(), HOST);
        handshakes++;
      }
      return handshakes;
    };
  }

  @Test
  void aPairThatStaysHalfWrittenShouldBeToldOnceAndLeaveTheOldOne() throws Exception {
    issue(2, OpenSsl.EC, 40);
    link("privkey", 2);
    Instant now = Instant.now();
    for (int i = 0; i < 5; i++) {
      door.tls().look(now.plusSeconds(10L * i));
    }
    assertThat(lines())
        .singleElement()
        .asString()
        .startsWith("TLS of test keeps the certificates it has: the private key does not belong")
        .contains(directory + "/live/privkey.pem");
    assertThat(subject()).isEqualTo("CN=n1");
    Files.delete(directory.resolve("live/fullchain.pem"));
    door.tls().look(now.plusSeconds(60));
    door.tls().look(now.plusSeconds(70));
    assertThat(lines()).hasSize(2).last().asString().contains("live/fullchain.pem holds no cert");
    link("fullchain", 2);
    door.tls().look(now.plusSeconds(80));
    assertThat(subject()).isEqualTo("CN=n2");
    assertThat(lines()).hasSize(3).last().asString().contains("has new certificates: CN=n2");
  }

  @Test
  void filesWrittenInPlaceShouldBeTakenToo() throws Exception {
    issue(2, OpenSsl.EC, 40);
    Files.copy(archived("privkey", 2), archived("privkey", 1), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        archived("fullchain", 2), archived("fullchain", 1), StandardCopyOption.REPLACE_EXISTING);
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> subject().equals("CN=n2"));
  }

  @Test
  void anAuthorityThatIsTakenAwayShouldVouchForNobodyAnyMore() throws Exception {
    openSsl.authority("other");
    openSsl.issue("ca", "client", OpenSsl.EC, "", -1, 30);
    Files.copy(openSsl.file("ca.pem"), openSsl.file("clients.pem"));
    String wanted = "<clientAuth><authorities>file://clients.pem</authorities></clientAuth></tls>";
    TestClient client = TestClient.having(directory, "ca", "client");
    try (TestDoor strict = new TestDoor(directory, TLS.replace("</tls>", wanted))) {
      assertThat(client.ask(strict.port(), HOST)).contains("CN=client, verified");
      Files.copy(
          openSsl.file("other.pem"),
          openSsl.file("clients.pem"),
          StandardCopyOption.REPLACE_EXISTING);
      strict.tls().look(Instant.now());
      assertThatThrownBy(() -> client.ask(strict.port(), HOST)).isInstanceOf(IOException.class);
    }
    assertThat(lines()).anyMatch(line -> line.contains("has read its files again"));
  }

  @Test
  void theEndOfACertificateShouldBeWarnedOfOnceADay() throws Exception {
    Instant begin = Instant.now();
    for (int hour = 0; hour < 24 * 32; hour += 2) {
      door.tls().look(begin.plus(Duration.ofHours(hour)));
    }
    assertThat(lines()).filteredOn(line -> line.contains("expires soon: CN=n1")).hasSize(14);
    assertThat(lines()).filteredOn(line -> line.contains("has expired: CN=n1")).hasSize(2);
    assertThat(lines()).hasSize(16);
  }
}
