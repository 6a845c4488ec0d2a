/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.xbill.DNS.Type.A;
import static org.xbill.DNS.Type.CNAME;
import static org.xbill.DNS.Type.MX;
import static org.xbill.DNS.Type.TXT;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.dns.Answer.Status;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

class SystemDnsTest {
  private static final Duration SOON = Duration.ofMillis(400);
  private static final Duration PATIENT = Duration.ofSeconds(20);

  private final ScriptedDns zone = new ScriptedDns();
  private final ScriptedNameServer server = zone.serve();
  private final AtomicLong clock = new AtomicLong();
  private final SystemDns dns = dns(new AnswerCache());

  @AfterEach
  void close() {
    server.close();
  }

  private SystemDns dns(AnswerCache cache) {
    return new SystemDns(
        new NameServers(List.of(server.resolver()), 2), PATIENT, cache, clock::get);
  }

  private void pass(long seconds) {
    clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void recordsShouldBeFoundWhateverTheCaseAndTheLastDot() {
    zone.with("a.test. MX 10 b.test.", "a.test. MX 20 c.test.");

    assertThat(dns.ask("A.Test", MX).records()).hasSize(2);
    assertThat(dns.ask("a.test.", MX).records()).hasSize(2);
    assertThat(zone.questions()).hasSize(1);
  }

  @Test
  void absenceShouldTellNameFromRecord() {
    zone.with("a.test. A 192.0.2.1");

    assertThat(dns.ask("a.test", MX)).isEqualTo(Answer.none(Status.NO_SUCH_RECORD));
    assertThat(dns.ask("b.test", MX)).isEqualTo(Answer.none(Status.NO_SUCH_NAME));
  }

  @ParameterizedTest
  @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.FORMERR, Rcode.NOTIMP})
  void failingServerShouldBeTemporaryAndAskedTwice(int rcode) {
    zone.failing(rcode, "a.test", A);

    assertThat(dns.ask("a.test", A)).isEqualTo(Answer.none(Status.TEMPORARY));
    assertThat(zone.questions()).hasSize(2);
  }

  @Test
  void silenceShouldBeTemporaryAndBounded() {
    zone.silent("a.test");
    long start = System.nanoTime();

    Answer answer = new SystemDns(server.resolver(), SOON).ask("a.test", A);

    assertThat(answer.status()).isEqualTo(Status.TEMPORARY);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SOON, PATIENT);
    assertThat(zone.questions()).containsExactly("a.test. A", "a.test. A");
  }

  @Test
  void anotherServerShouldBeAskedWhenOneFails() {
    ScriptedDns broken = new ScriptedDns().failing("a.test").failing("b.test");
    zone.with("a.test. A 192.0.2.1", "b.test. A 192.0.2.2");
    try (ScriptedNameServer first = broken.serve()) {
      SystemDns both = new SystemDns(List.of(first.resolver(), server.resolver()), PATIENT);

      assertThat(both.ask("a.test", A).records()).hasSize(1);
      assertThat(both.ask("b.test", A).records()).hasSize(1);
      assertThat(broken.questions()).containsExactly("a.test. A");
    }
  }

  @Test
  void truncatedReplyShouldBeAskedForOverTcp() {
    zone.with("a.test. A 192.0.2.1").truncated("a.test");

    assertThat(dns.ask("a.test", A).records()).hasSize(1);
    assertThat(zone.questions()).containsExactly("a.test. A", "a.test. A tcp");
  }

  @Test
  void bigReplyShouldCome() {
    String text = "x".repeat(60_000);
    zone.withTxt("a.test", text);

    Record record = dns.ask("a.test", TXT).records().get(0);

    assertThat(((TXTRecord) record).getStringsAsByteArrays())
        .extracting(octets -> octets.length)
        .hasSize(236)
        .startsWith(255);
  }

  @Test
  void aliasesShouldBeFollowed() {
    zone.with("a.test. CNAME b.test.", "b.test. CNAME c.test.", "c.test. A 192.0.2.1");

    assertThat(dns.ask("a.test", A).records()).hasSize(1);
    assertThat(dns.ask("a.test", CNAME).records()).hasSize(1);
    assertThat(dns.ask("a.test", MX)).isEqualTo(Answer.none(Status.NO_SUCH_RECORD));
    zone.with("d.test. CNAME nowhere.test.");
    assertThat(dns.ask("d.test", MX)).isEqualTo(Answer.none(Status.NO_SUCH_NAME));
  }

  @Test
  void aliasesWithoutEndShouldBeTemporary() {
    zone.with("a.test. CNAME b.test.", "b.test. CNAME A.test.", "c.test. CNAME c.test.");
    for (int each = 0; each < 20; each++) {
      zone.with("n" + each + ".test. CNAME n" + (each + 1) + ".test.");
    }

    assertThat(dns.ask("a.test", A).status()).isEqualTo(Status.TEMPORARY);
    assertThat(dns.ask("c.test", A).status()).isEqualTo(Status.TEMPORARY);
    assertThat(dns.ask("n0.test", A).status()).isEqualTo(Status.TEMPORARY);
    assertThat(zone.questions()).hasSizeLessThan(40);
  }

  @Test
  void whatDoesNotBelongToTheQuestionShouldBeLeftOut() throws Exception {
    Name name = Name.fromString("a.test.");
    Name zoneName = Name.fromString("test.");
    Message message = new Question(name, A).query();
    message.addRecord(
        Record.fromString(Name.fromString("evil.test."), A, DClass.IN, 9, "192.0.2.66", zoneName),
        1);
    message.addRecord(Record.fromString(name, A, DClass.IN, 9, "192.0.2.1", zoneName), 1);

    Reply reply = ReplyReader.read(message, new Question(name, A), Reply.start(), 10);

    assertThat(reply.answer().records()).hasSize(1).allMatch(r -> r.getName().equals(name));
    assertThat(reply.ttlSeconds()).isEqualTo(9);
  }

  @Test
  void referralShouldNotMeanThatThereIsNothing() throws Exception {
    Name name = Name.fromString("a.test.");
    Name zoneName = Name.fromString("test.");
    Message message = new Question(name, A).query();
    message.addRecord(new NSRecord(zoneName, DClass.IN, 60, name), 2);

    Reply reply = ReplyReader.read(message, new Question(name, A), Reply.start(), 10);
    assertThat(reply.answer().status()).isEqualTo(Status.TEMPORARY);

    message.addRecord(new SOARecord(zoneName, DClass.IN, 60, name, name, 1, 1, 1, 1, 30), 2);
    reply = ReplyReader.read(message, new Question(name, A), Reply.start(), 10);
    assertThat(reply.answer().status()).isEqualTo(Status.NO_SUCH_RECORD);
    assertThat(reply.ttlSeconds()).isEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "..",
        "a..test",
        ".test",
        "\\999.test",
        "a\\",
        "b\u00fccher.test",
        "a\0.test",
        "a123456789012345678901234567890123456789012345678901234567890123.test"
      })
  void whatCannotBeANameShouldNotBeAskedFor(String name) {
    assertThat(dns.ask(name, A)).isEqualTo(Answer.none(Status.NO_SUCH_NAME));
    assertThat(dns.ask("long.".repeat(60), A)).isEqualTo(Answer.none(Status.NO_SUCH_NAME));
    assertThat(zone.questions()).isEmpty();
  }

  @Test
  void answersShouldBeKeptAsLongAsTheirTtlSays() {
    zone.with("a.test. 60 A 192.0.2.1");
    dns.ask("a.test", A);

    pass(59);
    dns.ask("a.test", A);
    assertThat(zone.questions()).hasSize(1);
    pass(1);
    dns.ask("a.test", A);
    assertThat(zone.questions()).hasSize(2);
  }

  @Test
  void ttlsShouldHaveBounds() {
    zone.with("a.test. 0 A 192.0.2.1", "b.test. 2000000000 A 192.0.2.1");
    dns.ask("a.test", A);
    dns.ask("b.test", A);

    pass(4);
    dns.ask("a.test", A);
    assertThat(zone.questions()).hasSize(2);
    pass(1);
    dns.ask("a.test", A);
    assertThat(zone.questions()).hasSize(3);
    pass(Duration.ofDays(1).toSeconds());
    dns.ask("b.test", A);
    assertThat(zone.questions()).hasSize(4);
  }

  @Test
  void absenceShouldBeKeptAsItsZoneSays() {
    dns.ask("a.test", A);
    zone.with("a.test. A 192.0.2.1");

    pass(299);
    assertThat(dns.ask("a.test", A).status()).isEqualTo(Status.NO_SUCH_NAME);
    pass(1);
    assertThat(dns.ask("a.test", A).status()).isEqualTo(Status.FOUND);
  }

  @Test
  void failureShouldBeKeptForSecondsOnly() {
    zone.failing("a.test");
    dns.ask("a.test", A);
    zone.forget("a.test").with("a.test. A 192.0.2.1");

    pass(4);
    assertThat(dns.ask("a.test", A).status()).isEqualTo(Status.TEMPORARY);
    pass(1);
    assertThat(dns.ask("a.test", A).status()).isEqualTo(Status.FOUND);
  }

  @Test
  void keptAnswersShouldHaveBounds() {
    for (int each = 0; each < 5; each++) {
      zone.withTxt("t" + each + ".test", "x".repeat(900)).with("a" + each + ".test. A 192.0.2.1");
    }
    SystemDns few = dns(new AnswerCache(3, 100_000));
    SystemDns small = dns(new AnswerCache(100, 3000));

    List.of(0, 1, 2, 3, 4, 4, 3, 2).forEach(each -> few.ask("a" + each + ".test", A));
    assertThat(zone.questions()).hasSize(5);
    List.of(0, 1, 2, 3, 4, 4, 3, 2).forEach(each -> small.ask("t" + each + ".test", TXT));
    assertThat(zone.questions()).hasSize(10);
    small.ask("t1.test", TXT);
    assertThat(zone.questions()).hasSize(11);
  }

  @Test
  void manyShouldAskAtOnce() {
    IntStream.range(0, 300).forEach(n -> zone.with("a" + n + ".test. A 192.0.2." + n % 250));

    List<Status> answers =
        IntStream.range(0, 3000)
            .parallel()
            .mapToObj(n -> dns.ask("a" + n % 300 + ".test", A).status())
            .toList();

    assertThat(answers).hasSize(3000).containsOnly(Status.FOUND);
  }

  @ParameterizedTest
  @EnumSource
  void wrongReplyShouldBeTemporary(WrongReply kind) throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Thread thread = new Thread(() -> kind.serve(socket), "wrong-name-server");
      thread.setDaemon(true);
      thread.start();
      SimpleResolver resolver =
          new SimpleResolver((InetSocketAddress) socket.getLocalSocketAddress());

      assertThat(new SystemDns(resolver, SOON).ask("a.test", A))
          .isEqualTo(Answer.none(Status.TEMPORARY));
    }
  }

  private enum WrongReply {
    GARBAGE {
      @Override
      byte[] octets(Message query) {
        return new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, -1, -1};
      }
    },
    EMPTY {
      @Override
      byte[] octets(Message query) {
        return new byte[0];
      }
    },
    OTHER_IDENTIFIER {
      @Override
      byte[] octets(Message query) {
        Message reply = knowing(query.getQuestion(), query.getHeader().getID() ^ 1);
        return reply.toWire();
      }
    },
    OTHER_QUESTION {
      @Override
      byte[] octets(Message query) {
        Record other = Record.newRecord(Name.fromConstantString("b.test."), Type.A, DClass.IN);
        return knowing(other, query.getHeader().getID()).toWire();
      }
    },
    NO_REPLY_BUT_THE_QUERY {
      @Override
      byte[] octets(Message query) {
        return query.toWire();
      }
    };

    abstract byte[] octets(Message query);

    void serve(DatagramSocket socket) {
      try {
        while (true) {
          DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
          socket.receive(packet);
          Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
          byte[] octets = octets(query);
          socket.send(new DatagramPacket(octets, octets.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        // Closed.
      }
    }

    static Message knowing(Record question, int id) {
      Message reply = new Message(id);
      reply.getHeader().setFlag(Flags.QR);
      reply.addRecord(question, Section.QUESTION);
      InetAddress address = InetAddress.getLoopbackAddress();
      reply.addRecord(new ARecord(question.getName(), DClass.IN, 60, address), Section.ANSWER);
      return reply;
    }
  }

  @Test
  void interruptionShouldBeTemporaryAndNotKept() {
    zone.with("a.test. A 192.0.2.1");

    Thread.currentThread().interrupt();
    assertThat(dns.ask("a.test", A).status()).isEqualTo(Status.TEMPORARY);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(dns.ask("a.test", A).status()).isEqualTo(Status.FOUND);
  }

  @Test
  void serverShouldBeAskedByItsAddressAndNoneCannotSay() {
    zone.with("a.test. A 192.0.2.1");

    SystemDns one = new SystemDns(Set.of(server.address()));
    assertThat(one.ask("a.test", A).status()).isEqualTo(Status.FOUND);
    SystemDns none = new SystemDns(Set.of());
    assertThat(none.ask("a.test", A).status()).isEqualTo(Status.TEMPORARY);
  }

  @Test
  void systemsNameServersShouldNotBeNeededToMakeOne() {
    assertThat(new SystemDns().ask("not a name..", A).status()).isEqualTo(Status.NO_SUCH_NAME);
  }

  @Test
  void memoryShouldSayWhatTheServerSays() {
    zone.with("a.test. CNAME b.test.", "b.test. TXT \"one\" \"two\"").failing("c.test", TXT);
    zone.silent("d.test");

    assertThat(zone.ask("a.test", TXT)).isEqualTo(dns.ask("a.test", TXT));
    assertThat(zone.ask("c.test", TXT)).isEqualTo(dns.ask("c.test", TXT));
    assertThat(zone.ask("c.test", A)).isEqualTo(dns.ask("c.test", A));
    assertThat(zone.ask("d.test", A).status()).isEqualTo(Status.TEMPORARY);
  }

  /** The module's pom runs these tests once on our dnsjava and once on that of a stock James. */
  @Test
  void dnsjavaShouldBeTheOneThatThisRunIsFor() {
    String version = System.getProperty("posthouse.dnsjava", "(not run by Maven)");

    assertThat(Message.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .endsWith("dnsjava-" + version + ".jar");
  }
}
