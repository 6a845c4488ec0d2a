/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.dkim.TestKeys;

class KeyTableFileTest {
  private static final String ONE =
      "<dkim><domain name='example.com'><key selector='one' file='dkim/rsa.pem'/></domain></dkim>";
  private static final String TWO =
      "<dkim><domain name='example.com'>"
          + "<key selector='one' file='dkim/rsa.pem' until='2026-12-09'/>"
          + "<key selector='two' file='dkim/other.pem' from='2026-12-01'/></domain></dkim>";

  private final TestClock clock = new TestClock("2026-11-29T12:00:00Z");
  @TempDir Path home;
  private ConfDirectory conf;
  private KeyTableReader reader;

  @BeforeEach
  void setUp() throws Exception {
    conf = ConfDirectory.in(home);
    reader = new KeyTableReader(conf.conf(), clock);
  }

  private KeyTableFile open(String xml) throws Exception {
    Path file = conf.table(xml);
    return new KeyTableFile(file, reader, reader.read(file));
  }

  private List<String> active(KeyTableFile file) {
    SigningDomain domain = file.current().of("example.com").orElseThrow();
    return domain.active(clock.instant()).stream().map(TableKey::selector).toList();
  }

  /** A look sees the change, the next one that it has settled. */
  private static void lookTwice(KeyTableFile file) {
    file.look();
    file.look();
  }

  @Test
  void keysShouldChangeAtTheirDates() throws Exception {
    try (KeyTableFile file = open(TWO)) {
      assertThat(active(file)).containsExactly("one");
      clock.advance(Duration.ofHours(36));
      assertThat(active(file)).containsExactly("one", "two");
      clock.advance(Duration.ofDays(7));
      assertThat(active(file)).containsExactly("one", "two");
      clock.advance(Duration.ofDays(1));
      assertThat(active(file)).containsExactly("two");
    }
  }

  /** A key that is published beforehand must not end the signatures by a wider element. */
  @Test
  void elementShouldBeginWithItsFirstKey() throws Exception {
    String both =
        "<dkim><domain name='example.com' subdomains='true'><key selector='one'"
            + " file='dkim/rsa.pem'/></domain><domain name='sub.example.com'><key selector='two'"
            + " file='dkim/other.pem' from='2026-12-01'/></domain></dkim>";
    try (KeyTableFile file = open(both)) {
      assertThat(signs(file)).isEqualTo("example.com");
      clock.advance(Duration.ofDays(3));
      assertThat(signs(file)).isEqualTo("sub.example.com");
    }
  }

  private String signs(KeyTableFile file) {
    return file.current().of("sub.example.com", clock.instant()).orElseThrow().signs();
  }

  @Test
  void changedTableShouldBeTakenOverOnceItHasSettled() throws Exception {
    try (KeyTableFile file = open(ONE)) {
      conf.table(TWO);
      clock.advance(Duration.ofDays(3));
      file.look();
      assertThat(active(file)).containsExactly("one");
      file.look();
      assertThat(active(file)).containsExactly("one", "two");
    }
  }

  @Test
  void changedKeyShouldBeTakenOver() throws Exception {
    try (KeyTableFile file = open(ONE)) {
      String before = file.current().domains().get(0).keys().get(0).record();
      conf.key("rsa", TestKeys.ED25519.getPrivate());
      lookTwice(file);
      assertThat(file.current().domains().get(0).keys().get(0).record())
          .isNotEqualTo(before)
          .contains("k=ed25519");
    }
  }

  @Test
  void keyThatEverybodyMayReadNowShouldBeToldAndChangeNothing() throws Exception {
    try (KeyTableFile file = open(ONE)) {
      Path key = file.current().domains().get(0).keys().get(0).file();
      Set<PosixFilePermission> before = Files.getPosixFilePermissions(key);
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
      conf.table(TWO);
      clock.advance(Duration.ofDays(3));
      lookTwice(file);
      assertThat(active(file)).containsExactly("one");
      Files.setPosixFilePermissions(key, before); // nothing else of any file changes
      lookTwice(file);
      assertThat(active(file)).containsExactly("one", "two");
    }
  }

  @Test
  void wrongTableShouldLeaveTheOneBeforeUntilItIsRight() throws Exception {
    try (KeyTableFile file = open(ONE)) {
      conf.table("<dkim><domain");
      lookTwice(file);
      assertThat(active(file)).containsExactly("one");
      conf.table(TWO.replace("other", "none"));
      lookTwice(file);
      assertThat(active(file)).containsExactly("one");
      clock.advance(Duration.ofDays(3));
      conf.key("none", TestKeys.RSA.getPrivate()); // the file that was missing
      lookTwice(file);
      assertThat(active(file)).containsExactly("one", "two");
    }
  }

  @Test
  void tableThatIsGoneShouldLeaveTheOneBefore() throws Exception {
    try (KeyTableFile file = open(ONE)) {
      Files.delete(conf.conf().resolve("dkim.xml"));
      lookTwice(file);
      assertThat(active(file)).containsExactly("one");
    }
  }

  @Test
  @Timeout(30)
  void tableShouldBeWatchedForThoseWhoAskAfterOneHasClosedIt() throws Exception {
    KeyTableFile file = open(ONE);
    assertThat(active(file)).containsExactly("one");
    file.close();
    clock.advance(Duration.ofDays(3));
    conf.table(TWO);
    while (active(file).size() < 2) {
      Thread.sleep(50);
    }
    file.close();
  }

  @Test
  @Timeout(30)
  void someoneShouldLookByHimself() throws Exception {
    try (KeyTableFile file = open(ONE)) {
      assertThat(active(file)).containsExactly("one");
      clock.advance(Duration.ofDays(3));
      conf.table(TWO);
      while (active(file).size() < 2) {
        Thread.sleep(50);
      }
    }
  }
}
