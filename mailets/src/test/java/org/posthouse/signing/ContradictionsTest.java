/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.dkim.MemoryDns;
import org.posthouse.dns.Answer;
import org.posthouse.dns.Dns;

class ContradictionsTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String TABLE =
      """
      <dkim>
        <domain name="example.com">
          <key selector="right" file="dkim/rsa.pem"/>
          <key selector="missing" file="dkim/rsa.pem"/>
          <key selector="revoked" file="dkim/rsa.pem"/>
          <key selector="silent" file="dkim/rsa.pem"/>
          <key selector="next" file="dkim/rsa.pem" from="2027-01-01"/>
          <key selector="old" file="dkim/rsa.pem" until="2026-01-01"/>
        </domain>
        <default signs="relay.example">
          <key selector="other" file="dkim/other.pem"/>
        </default>
      </dkim>
      """;

  private final TestClock clock = new TestClock("2026-11-29T12:00:00Z");
  private final MemoryDns known = new MemoryDns();
  private final List<KeyTableFile> tables = new ArrayList<>();
  @TempDir Path home;
  private ConfDirectory conf;

  @BeforeEach
  void setUp() throws Exception {
    conf = ConfDirectory.in(home);
  }

  @AfterEach
  void tearDown() {
    tables.forEach(KeyTableFile::close);
  }

  private KeyTableFile table(String xml) throws Exception {
    Path file = conf.table(xml);
    KeyTableReader reader = new KeyTableReader(conf.conf(), clock);
    KeyTableFile table = new KeyTableFile(file, reader, reader.read(file));
    tables.add(table);
    return table;
  }

  private Answer ask(String name, int type) {
    synchronized (known) {
      return known.ask(name, type);
    }
  }

  private List<String> told(Dns dns, Duration patience) throws Exception {
    return new Contradictions(dns, patience)
        .of(tables, clock.instant()).stream().map(Remark::toString).toList();
  }

  @Test
  void whatTheDnsContradictsOfActiveKeysShouldBeToldWithItsLine() throws Exception {
    String record = table(TABLE).current().domains().get(0).keys().get(0).record();
    known
        .text("right._domainkey.example.com", record)
        .text("revoked._domainkey.example.com", "v=DKIM1; p=")
        .text("other._domainkey.relay.example", record)
        .failing("silent._domainkey.example.com");
    String remedy = "; `posthouse dkim check` prints what to publish";
    assertThat(told(this::ask, LONG))
        .containsExactly(
            "dkim.xml:4: <key selector=\"missing\">: the DNS has of"
                + " missing._domainkey.example.com: missing"
                + remedy,
            "dkim.xml:5: <key selector=\"revoked\">: the DNS has of"
                + " revoked._domainkey.example.com: revoked"
                + remedy,
            "dkim.xml:11: <key selector=\"other\">: the DNS has of"
                + " other._domainkey.relay.example: other key"
                + remedy);
  }

  @Test
  @Timeout(20)
  void whatHasNoAnswerInTimeShouldNotBeTold() throws Exception {
    table(TABLE);
    Dns slow =
        (name, type) -> {
          if (name.startsWith("missing.")) {
            sleep(LONG);
          }
          return ask(name, type);
        };
    assertThat(told(slow, Duration.ofSeconds(1)))
        .hasSize(4)
        .noneMatch(text -> text.contains("missing._domainkey"));
  }

  @Test
  @Timeout(20)
  void allKeysShouldBeAskedForAtTheSameTime() throws Exception {
    table(TABLE);
    CyclicBarrier five = new CyclicBarrier(5);
    Dns together =
        (name, type) -> {
          meet(five);
          return ask(name, type);
        };
    assertThat(told(together, LONG)).hasSize(5);
  }

  @Test
  void failureToAskShouldBeNoContradiction() throws Exception {
    table(TABLE);
    Dns broken =
        (name, type) -> {
          throw new IllegalStateException(name);
        };
    assertThat(told(broken, LONG)).isEmpty();
  }

  @Test
  void nobodyShouldBeAskedAboutATableWithoutKeys() throws Exception {
    table("<dkim/>");
    assertThat(told(this::ask, LONG)).isEmpty();
    assertThat(known.asked()).isEmpty();
  }

  private static void sleep(Duration span) {
    try {
      Thread.sleep(span.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }
}
