/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableListMultimap;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.identity.Identity;

/** What passes, what does not, and what is said of it. */
class LimitsTest {
  private static final Instant BEGIN = Instant.parse("2026-11-29T08:00:00Z");

  @TempDir Path directory;
  private final AtomicLong nanos = new AtomicLong(123_456_789);

  private Limits open(String limits) throws Exception {
    Instant now = BEGIN.plusNanos(nanos.get() - 123_456_789);
    return Limits.open(
        LimitsXml.good(directory, limits), directory, Clock.fixed(now, ZoneOffset.UTC), nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static Submitter from(String address, String... groups) throws Exception {
    Identity alice =
        new Identity("Alice", "users", Set.of(groups), Set.of(), ImmutableListMultimap.of());
    return new Submitter(Optional.of(alice), InetAddress.getByName(address));
  }

  private static Submitter alice(String... groups) throws Exception {
    return from("192.0.2.7", groups);
  }

  private static Submitter nobody(String address) throws Exception {
    return new Submitter(Optional.empty(), InetAddress.getByName(address));
  }

  private static Optional<String> text(Optional<LimitReached> reached) {
    return reached.map(limit -> limit.code() + " " + limit.text());
  }

  private static Optional<String> send(Limits limits, Submitter who) {
    MailCount count = limits.begin(who, "", false);
    Optional<LimitReached> reached = count.mail(0);
    if (reached.isEmpty()) {
      count.accepted();
    }
    return text(reached);
  }

  @Test
  void replyShouldNameTheLimitAndWhenItFrees() throws Exception {
    Limits limits =
        open("<limit name='per-user' per='identity'><messages>5 / 1 h</messages></limit>");
    for (int i = 0; i < 5; i++) {
      assertThat(send(limits, alice())).isEmpty();
    }
    assertThat(send(limits, alice()))
        .contains("451 4.7.28 Limit per-user of 5 messages in 1h is reached; try again in 12m");
    assertThat(send(limits, nobody("192.0.2.7"))).isEmpty();
    pass(Duration.ofMinutes(12));
    assertThat(send(limits, alice())).isEmpty();
    assertThat(send(limits, alice())).isPresent();
  }

  @Test
  void strictestOfSeveralRatesShouldCount() throws Exception {
    Limits limits =
        open(
            "<limit name='l' per='all'><messages>2 / 1 min</messages><messages>3 / 1 d</messages>"
                + "<when>refuse</when></limit>");
    assertThat(send(limits, alice())).isEmpty();
    assertThat(send(limits, alice())).isEmpty();
    assertThat(send(limits, alice())).contains("550 5.7.28 Limit l of 2 messages in 1m is reached");
    pass(Duration.ofMinutes(1));
    assertThat(send(limits, alice())).isEmpty();
    assertThat(send(limits, alice())).contains("550 5.7.28 Limit l of 3 messages in 1d is reached");
  }

  @Test
  void mailThatIsNotAcceptedShouldGiveBackWhatItTook() throws Exception {
    Limits limits =
        open(
            "<limit name='l' per='identity'><messages>1 / 1 d</messages><recipients>2 / 1 d"
                + "</recipients><bytes>1000 B / 1 d</bytes></limit>");
    MailCount refused = limits.begin(alice(), "", false);
    assertThat(refused.mail(0)).isEmpty();
    assertThat(refused.recipient("a@x.test")).isEmpty();
    assertThat(refused.recipient("b@x.test")).isEmpty();
    assertThat(text(refused.recipient("c@x.test")).orElse(""))
        .startsWith("452 4.7.28 Limit l of 2");
    assertThat(refused.end(1000)).isEmpty();
    assertThat(send(limits, alice())).isPresent();
    refused.giveBack();
    refused.giveBack();
    MailCount next = limits.begin(alice(), "", false);
    assertThat(next.mail(0)).isEmpty();
    assertThat(next.recipient("a@x.test")).isEmpty();
    assertThat(next.recipient("b@x.test")).isEmpty();
    assertThat(next.end(1000)).isEmpty();
    next.accepted();
    next.giveBack();
    assertThat(send(limits, alice())).isPresent();
  }

  @Test
  void limitThatRefusesShouldLeaveTheOthersAsTheyWere() throws Exception {
    Limits limits =
        open(
            "<limit name='wide' per='identity'><messages>2 / 1 d</messages></limit>"
                + "<limit name='narrow' per='network'><messages>1 / 1 d</messages></limit>");
    assertThat(send(limits, from("192.0.2.1"))).isEmpty();
    assertThat(send(limits, from("192.0.2.2")).orElse("")).contains("narrow");
    assertThat(send(limits, from("192.0.3.1"))).isEmpty();
    assertThat(send(limits, from("192.0.4.1")).orElse("")).contains("wide");
  }

  @Test
  void declaredSizeShouldBeLookedAtEarlyAndTakenAtTheEnd() throws Exception {
    Limits limits =
        open("<limit name='l' per='all'><bytes>1000 B / 1 d</bytes><size>2000 B</size></limit>");
    assertThat(text(limits.begin(alice(), "", false).mail(3000)).orElse(""))
        .startsWith("552 5.3.4");
    assertThat(text(limits.begin(alice(), "", false).mail(1001)).orElse(""))
        .startsWith("552 5.3.4");
    MailCount one = limits.begin(alice(), "", false);
    assertThat(one.mail(900)).isEmpty();
    MailCount other = limits.begin(alice(), "", false);
    assertThat(other.mail(900)).isEmpty();
    assertThat(one.end(900)).isEmpty();
    assertThat(text(other.end(900)).orElse(""))
        .startsWith("451 4.7.28 Limit l of 1000 bytes in 1d");
    assertThat(text(limits.begin(alice(), "", false).mail(900)).orElse(""))
        .startsWith("451 4.7.28");
  }

  @Test
  void heldMailShouldWaitAtTheRateAndBeRefusedBeyondADay() throws Exception {
    Limits limits =
        open(
            "<limit name='l' per='recipient-domain' domains='x.test'><messages>1 / 12 h</messages>"
                + "<when>hold</when></limit>");
    for (int i = 0; i < 3; i++) {
      MailCount count = limits.begin(alice(), "", false);
      assertThat(count.mail(0)).isEmpty();
      assertThat(count.recipient("a@y.test")).isEmpty();
      assertThat(count.recipient("a@x.test")).isEmpty();
      assertThat(count.recipient("b@x.test")).isEmpty();
      assertThat(count.held().flatMap(LimitReached::frees).orElse(Duration.ZERO))
          .isEqualTo(Duration.ofHours(12L * i));
      count.accepted();
    }
    MailCount tooMuch = limits.begin(alice(), "", false);
    assertThat(text(tooMuch.recipient("a@x.test")).orElse(""))
        .isEqualTo("451 4.7.28 Limit l of 1 messages in 12h is reached; try again in 1d12h");
    assertThat(tooMuch.recipient("a@y.test")).isEmpty();
  }

  /** Each asks for what is left until one hour, as who wants to send all at once would. */
  @Test
  void mailForOneTimeShouldLeaveAtTheRate() throws Exception {
    assertThat(leaving(at -> Duration.ofHours(1).minus(at))).hasSize(600);
  }

  /** Whatever holds clients ask for, or do not. */
  @Test
  void noHoldsShouldLetMoreLeaveThanTheLimitAndItsBurst() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      int most = 1 + random.nextInt(7_200);
      assertThat(leaving(at -> Duration.ofSeconds(Math.max(0, random.nextInt(2 * most) - most))))
          .hasSize(600);
    }
  }

  /**
   * When mails leave, ten a minute of which come in for an hour under a limit of as many.
   *
   * @param hold what the client asks for, by the time that has passed
   */
  private List<Duration> leaving(Function<Duration, Duration> hold) throws Exception {
    Limits limits =
        open("<limit name='l' per='all'><messages>10 / 1 min</messages><when>hold</when></limit>");
    List<Duration> left = new ArrayList<>();
    PriorityQueue<Map.Entry<Duration, String>> waiting =
        new PriorityQueue<>(Map.Entry.comparingByKey());
    Duration now = Duration.ZERO;
    for (int i = 0; i < 600; i++) {
      Duration next = Duration.ofMinutes(i / 10);
      while (!waiting.isEmpty() && waiting.peek().getKey().compareTo(next) <= 0) {
        now = release(limits, waiting.remove(), now, left);
      }
      pass(next.minus(now));
      now = next;
      Duration asked = hold.apply(now);
      MailCount count = limits.begin(alice(), "", !asked.isZero());
      assertThat(count.mail(0)).isEmpty();
      if (asked.isZero()) {
        left.add(now.plus(count.held().flatMap(LimitReached::frees).orElse(Duration.ZERO)));
      } else {
        waiting.add(Map.entry(now.plus(asked), count.booked().orElseThrow()));
      }
      count.accepted();
    }
    while (!waiting.isEmpty()) {
      now = release(limits, waiting.remove(), now, left);
    }
    left.sort(Comparator.naturalOrder());
    for (int i = 20; i < left.size(); i++) {
      assertThat(left.get(i).minus(left.get(i - 20)))
          .as("mail %s, by which ten are the burst and ten the rate of a minute", i)
          .isGreaterThanOrEqualTo(Duration.ofMinutes(1));
    }
    return left;
  }

  private Duration release(
      Limits limits, Map.Entry<Duration, String> mail, Duration now, List<Duration> left) {
    pass(mail.getKey().minus(now));
    Optional<Duration> wait = limits.release(mail.getValue()).flatMap(LimitReached::frees);
    left.add(mail.getKey().plus(wait.orElse(Duration.ZERO)));
    return mail.getKey();
  }

  @Test
  void mailToBeReleasedLaterShouldBeBoundedTooAndHoldUpNoOther() throws Exception {
    Limits limits =
        open("<limit name='l' per='all'><messages>1 / 12 h</messages><when>hold</when></limit>");
    for (int i = 0; i < 3; i++) {
      MailCount count = limits.begin(alice(), "", true);
      assertThat(count.mail(0)).isEmpty();
      assertThat(count.held()).isEmpty();
      count.accepted();
    }
    assertThat(text(limits.begin(alice(), "", true).mail(0)).orElse(""))
        .startsWith("451 4.7.28 Limit l of 1 messages in 12h");
    MailCount now = limits.begin(alice(), "", false);
    assertThat(now.mail(0)).isEmpty();
    assertThat(now.held()).isEmpty();
    assertThat(now.booked()).isEmpty();
  }

  @Test
  void whatIsReleasedShouldBeOwedForAsLongAsItTakes() throws Exception {
    Limits limits =
        open(
            "<limit name='l' per='identity'><messages>1 / 1 h</messages><when>hold</when></limit>");
    List<String> booked = new ArrayList<>();
    for (int day = 0; day < 10; day++) {
      for (int i = 0; i < 24; i++) {
        MailCount count = limits.begin(alice(), "", true);
        assertThat(count.mail(0)).isEmpty();
        booked.add(count.booked().orElseThrow());
        count.accepted();
      }
      pass(Duration.ofDays(1));
    }
    booked.forEach(limits::release);
    for (int hour = 0; hour < 72; hour++) {
      pass(Duration.ofHours(1));
      limits.begin(alice(), "", true).giveBack();
    }
    assertThat(text(limits.begin(alice(), "", false).mail(0)).orElse(""))
        .contains("try again in 7d");
  }

  @Test
  void limitThatHasGoneShouldCountNothingOfWhatIsReleased() throws Exception {
    MailCount count =
        open("<limit name='l' per='all'><messages>1 / 1 h</messages><when>hold</when></limit>")
            .begin(alice(), "", true);
    assertThat(count.mail(0)).isEmpty();
    String booked = count.booked().orElseThrow();
    for (String other : List.of("name='m'><messages>1 / 1 h", "name='l'><messages>1 / 2 h")) {
      Limits limits =
          open(
              "<limit per='all' "
                  + other
                  + "</messages><when>hold</when></limit>"
                  + "<limit name='k' per='all'><messages>1 / 1 h</messages></limit>");
      assertThat(limits.release(booked)).isEmpty();
      assertThat(limits.release(booked)).isEmpty();
      assertThat(limits.release("k\tmessages\t3600\t9\tall")).as("that refuses").isEmpty();
      assertThat(limits.release("nonsense")).isEmpty();
    }
  }

  @Test
  void onlyRecipientsNeverWrittenToShouldBeNew() throws Exception {
    String xml = "<limit name='l' per='identity'><newRecipients>2 / 1 d</newRecipients></limit>";
    Limits limits = open(xml);
    MailCount lost = limits.begin(alice(), "", false);
    assertThat(lost.recipient("lost@x.test")).isEmpty();
    lost.giveBack();
    MailCount count = limits.begin(alice(), "", false);
    assertThat(count.recipient("a@x.test")).isEmpty();
    assertThat(count.recipient("b@x.test")).isEmpty();
    assertThat(text(count.recipient("lost@x.test")).orElse(""))
        .startsWith("452 4.7.28 Limit l of 2 new recipients in 1d");
    count.accepted();
    limits.close();
    MailCount again = open(xml).begin(alice(), "", false);
    assertThat(again.recipient("a@x.test")).isEmpty();
    assertThat(again.recipient("c@x.test")).isPresent();
  }

  @Test
  void groupsDomainsAndNamedNetworksShouldCountTogether() throws Exception {
    Limits limits =
        open(
            "<limit name='g' per='group' groups='sales'><messages>1 / 1 d</messages></limit>"
                + "<limit name='n' per='network' networks='10.0.0.0/8'><messages>1 / 1 d</messages>"
                + "</limit>"
                + "<limit name='s' per='sender-domain' domains='*.x.test'><messages>1 / 1 d"
                + "</messages></limit>");
    assertThat(send(limits, alice("Sales", "it"))).isEmpty();
    assertThat(send(limits, alice("sales")).orElse("")).contains("Limit g");
    assertThat(send(limits, alice("it"))).isEmpty();
    assertThat(send(limits, nobody("10.1.2.3"))).isEmpty();
    assertThat(send(limits, nobody("10.9.9.9")).orElse("")).contains("Limit n");
    assertThat(limits.begin(alice(), "a.x.test", false).mail(0)).isEmpty();
    assertThat(limits.begin(alice(), "a.x.test", false).mail(0)).isPresent();
    assertThat(limits.begin(alice(), "b.x.test", false).mail(0)).isEmpty();
    assertThat(limits.begin(alice(), "x.test", false).mail(0)).isEmpty();
    assertThat(limits.begin(alice(), "x.test", false).mail(0)).isEmpty();
  }

  @Test
  void recipientsOfOneMailShouldBeBounded() throws Exception {
    Limits limits =
        open("<limit name='l' per='all'><recipientsPerMessage>1</recipientsPerMessage></limit>");
    MailCount count = limits.begin(alice(), "", false);
    assertThat(count.recipient("a@x.test")).isEmpty();
    assertThat(text(count.recipient("b@x.test")).orElse("")).startsWith("452 4.5.3 Limit l of 1 ");
  }

  @Test
  void sessionsShouldBeBoundedAtATime() throws Exception {
    Limits limits = open("<limit name='l' per='identity'><sessions>1</sessions></limit>");
    assertThat(limits.enter(alice())).isEmpty();
    assertThat(text(limits.enter(alice())).orElse(""))
        .startsWith("451 4.7.28 Limit l of 1 sessions at a time");
    assertThat(limits.enter(nobody("192.0.2.7"))).isEmpty();
    limits.leave(alice());
    assertThat(limits.enter(alice())).isEmpty();
  }

  @Test
  void whatIsSpentShouldSurviveARestartAndFreeMeanwhile() throws Exception {
    String xml = "<limit name='l' per='identity'><messages>2 / 2 h</messages></limit>";
    Limits limits = open(xml);
    assertThat(send(limits, alice())).isEmpty();
    assertThat(send(limits, alice())).isEmpty();
    limits.close();
    pass(Duration.ofMinutes(30));
    Limits again = open(xml);
    assertThat(send(again, alice()).orElse("")).matches(".* try again in 30m(1s)?");
    again.close();
    pass(Duration.ofMinutes(30).plusSeconds(1));
    Limits third = open(xml);
    assertThat(send(third, alice())).isEmpty();
    assertThat(send(third, alice())).isPresent();
  }

  @Test
  void mailThatIsHeldShouldBeOwedAfterARestart() throws Exception {
    String xml =
        "<limit name='l' per='identity'><messages>1 / 1 h</messages><when>hold</when></limit>";
    Limits limits = open(xml);
    for (int i = 0; i < 3; i++) {
      assertThat(send(limits, alice())).isEmpty();
    }
    limits.close();
    MailCount next = open(xml).begin(alice(), "", false);
    assertThat(next.mail(0)).isEmpty();
    assertThat(next.held().flatMap(LimitReached::frees)).contains(Duration.ofHours(3));
  }

  @Test
  void keysBeyondTheBoundShouldStillBeCounted() throws Exception {
    Limit limit =
        LimitsXml.good(directory, "<limit name='l' per='all'><messages>2 / 1 d</messages></limit>")
            .limits()
            .get(0);
    Meter meter = new Meter(limit, limit.rates().get(0), nanos::get, 10);
    for (int i = 0; i < 1_000; i++) {
      assertThat(meter.take("key-" + i, 2)).isZero();
    }
    for (int i = 0; i < 1_000; i++) {
      assertThat(meter.take("key-" + i, 1)).isPositive();
    }
    assertThat(meter.spent()).hasSize(1_000).containsEntry("key-7", 2.0);
  }

  @Test
  void twoMailsShouldNotBothHaveTheLast() throws Exception {
    Limits limits =
        open(
            "<limit name='l' per='identity'><messages>1000 / 1 d</messages></limit>"
                + "<limit name='m' per='network'><messages>1000000 / 1 d</messages></limit>");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Integer> some =
          () -> {
            int passed = 0;
            for (int i = 0; i < 1_000; i++) {
              passed += send(limits, alice()).isEmpty() ? 1 : 0;
            }
            return passed;
          };
      int passed = 0;
      for (Future<Integer> each : threads.invokeAll(List.of(some, some, some, some))) {
        passed += each.get();
      }
      assertThat(passed).isEqualTo(1_000);
    } finally {
      threads.shutdownNow();
    }
  }
}
