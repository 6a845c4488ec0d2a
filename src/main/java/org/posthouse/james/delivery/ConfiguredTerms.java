/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import javax.mail.MessagingException;
import org.apache.james.transport.mailets.remote.delivery.Delay;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.TimeSpan;
import org.posthouse.delivery.FailurePolicy.Disposition;
import org.posthouse.delivery.RetrySchedule;
import org.posthouse.delivery.SiteSettings;
import org.posthouse.delivery.Source;
import org.posthouse.delivery.config.Ambiguous;
import org.posthouse.delivery.config.DeliveryConfiguration;
import org.posthouse.delivery.config.Route;
import org.posthouse.delivery.config.RouteQuery;
import org.posthouse.delivery.config.Smarthosts;
import org.posthouse.delivery.config.SourcePool;
import org.posthouse.james.queue.DeliveryTerms;
import org.posthouse.james.queue.Passage;
import org.posthouse.james.queue.Settled;
import org.posthouse.queue.QueuedMail;
import org.posthouse.routing.NextHop;
import org.posthouse.routing.NextHop.Smarthost;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Phase;
import org.posthouse.smtp.SessionSettings;
import org.posthouse.smtp.Timeouts;

/**
 * The terms of one RemoteDelivery: what is written in mailetcontainer.xml means what it means to
 * stock, everything else follows relay.xml.
 */
final class ConfiguredTerms implements DeliveryTerms {
  /** Where a host is waited for that a mail depends on. */
  private static final Set<Phase> ANSWERED = EnumSet.range(Phase.TLS, Phase.FINAL_DOT);

  private final WrittenParameters written;
  private final DeliveryConfiguration relay;
  private final Notices notices;
  private final String identity;
  private final List<Smarthost> gateways;
  private final WrittenTls tls;

  ConfiguredTerms(WrittenParameters written, DeliveryConfiguration relay, Notices notices) {
    this.written = written;
    this.relay = relay;
    this.notices = notices;
    this.identity = written.identity();
    this.gateways = written.gateways();
    this.tls = WrittenTls.of(written);
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public boolean routesByContent() {
    return gateways.isEmpty() && relay.routesByContent();
  }

  @Override
  public Ambiguous ambiguous() {
    return relay.ambiguous();
  }

  @Override
  public Passage passage(RouteQuery query) {
    if (!gateways.isEmpty()) {
      NextHop next = new NextHop("", gateways, written.isLoadBalancing());
      return Passage.by(way(next, "", null, null), "gateway");
    }
    Optional<Route> route = relay.route(query);
    return route.isEmpty()
        ? Passage.by(
            way(NextHop.mx(query.recipientDomain()), query.recipientDomain(), null, null), "MX")
        : passage(route.get(), query.recipientDomain());
  }

  private Passage passage(Route route, String domain) {
    return switch (route.target()) {
      case DISCARD -> new Passage(Passage.Kind.DISCARD, null, route.name());
      case HOLD -> new Passage(Passage.Kind.HOLD, null, route.name());
      case MX, SMARTHOSTS -> {
        SourcePool pool = route.pool().orElse(null);
        Passage.Way fallback =
            route.fallback().isEmpty()
                ? null
                : way(new NextHop("", route.fallback(), false), "", pool, null);
        yield Passage.by(
            route.smarthosts().isPresent()
                ? way(route.nextHop(domain), route.smarthosts().get(), pool, fallback)
                : way(route.nextHop(domain), domain, pool, fallback),
            route.name());
      }
    };
  }

  private Passage.Way way(
      NextHop next, String domain, @Nullable SourcePool pool, Passage.@Nullable Way fallback) {
    return new Passage.Way(
        next, hosts -> withWritten(relay.settings(domain, hosts, choose(pool))), fallback);
  }

  private Passage.Way way(
      NextHop next, Smarthosts to, @Nullable SourcePool pool, Passage.@Nullable Way fallback) {
    return new Passage.Way(
        next, hosts -> withWritten(relay.settings(to, hosts, choose(pool))), fallback);
  }

  /** Where connections may come from, whatever route a mail takes. */
  List<Source> sources() {
    List<Source> general = gateways.isEmpty() ? relay.sources() : List.of(choose(null));
    return general.stream().map(this::source).toList();
  }

  /** The smarthosts that mail may go to. */
  List<Smarthost> smarthosts() {
    return gateways.isEmpty() ? relay.smarthosts() : gateways;
  }

  private Source choose(@Nullable SourcePool pool) {
    return relay.choose(pool, ThreadLocalRandom.current().nextDouble());
  }

  private SiteSettings withWritten(SiteSettings general) {
    boolean implicit = tls.implicit(general.implicitTls());
    return new SiteSettings(
        source(general.source()),
        tls.level(general.tls(), implicit),
        implicit,
        login(general),
        timeouts(general.timeouts()),
        general.family(),
        general.limits());
  }

  private Source source(Source general) {
    String helo = heloName(general);
    Optional<InetAddress> bind = written.bind();
    if (bind.isEmpty()) {
      return new Source(general.name(), helo, general.v4(), general.v6());
    }
    InetAddress address = bind.get();
    return new Source(
        general.name(),
        helo,
        address instanceof Inet4Address v4 ? v4 : null,
        address instanceof Inet6Address v6 ? v6 : null);
  }

  private String heloName(Source general) {
    return heloName(written, general);
  }

  private static String heloName(WrittenParameters written, Source general) {
    return written
        .heloName()
        .orElseGet(() -> general.heloName().isEmpty() ? written.defaultName() : general.heloName());
  }

  /** What the relay calls itself where no source of relay.xml has a name of its own. */
  static String heloName(WrittenParameters written, DeliveryConfiguration relay) {
    return heloName(written, relay.choose(null, 0));
  }

  private SessionSettings.@Nullable Login login(SiteSettings general) {
    String user = written.getAuthUser();
    String password = written.getAuthPass();
    return user == null || password == null
        ? general.login()
        : new SessionSettings.Login(user, password, mayLogInInClear());
  }

  private boolean mayLogInInClear() {
    return !written.javaMailTruth(JavaMailProperty.STARTTLS_REQUIRED).orElse(true);
  }

  private Timeouts timeouts(Timeouts general) {
    Timeouts timeouts = general;
    Optional<Duration> answer = written.timeout();
    if (answer.isPresent()) {
      for (Phase phase : ANSWERED) {
        timeouts = timeouts.with(phase, answer.get());
      }
    }
    Optional<Duration> connect = written.connectionTimeout();
    if (connect.isPresent()) {
      timeouts = timeouts.with(Phase.CONNECT, connect.get());
    }
    Optional<Duration> write = written.writeTimeout();
    return write.isPresent() ? timeouts.with(Phase.CONTENT, write.get()) : timeouts;
  }

  @Override
  public Optional<Duration> again(Failed failed) {
    boolean permanent = failed.outcome().ruling().disposition() == Disposition.BOUNCED;
    if (permanent
        && (isReturned(failed) || !relay.softBounce())
        && !isUnknownHostToWaitFor(failed)) {
      return Optional.empty();
    }
    return counts() ? byCount(failed) : byAge(failed);
  }

  /** Whether a person has returned it: of our own failures nothing else is permanent. */
  private static boolean isReturned(Failed failed) {
    return failed.outcome().answer().failedBy(Answer.Kind.OURS);
  }

  @Override
  public boolean goesByAge() {
    return !counts();
  }

  /** Whether retries are counted, as stock does, and not bounded by the age of a mail. */
  private boolean counts() {
    return written.has("maxRetries") || written.has("delayTime");
  }

  /** Stock tries again where the DNS has no host, as often as it is told. */
  private boolean isUnknownHostToWaitFor(Failed failed) {
    return failed.outcome().answer().phase() == Phase.LOOKUP
        && failed.attempts() <= written.getDnsProblemRetry();
  }

  private Optional<Duration> byCount(Failed failed) {
    if (failed.attempts() > written.getMaxRetries()) {
      return Optional.empty();
    }
    List<Duration> delays = written.getDelayTimes();
    Duration wait =
        failed.attempts() > delays.size()
            ? Delay.DEFAULT_DELAY_TIME
            : delays.get(failed.attempts() - 1);
    return Optional.of(longer(wait, failed.rest()));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  private Optional<Duration> byAge(Failed failed) {
    RetrySchedule schedule = relay.retry(failed.domain(), failed.hosts());
    Duration left = schedule.lifetime(failed.hasSender()).minus(failed.age());
    if (left.isNegative() || left.isZero()) {
      return Optional.empty();
    }
    Duration wait =
        longer(
            schedule.wait(failed.attempts(), ThreadLocalRandom.current().nextDouble()),
            failed.rest());
    // The last attempt is made when the time is over, not some hours before.
    return Optional.of(wait.compareTo(left) < 0 ? wait : left);
  }

  @Override
  public String givenUp(Failed failed) {
    String after =
        counts() ? failed.attempts() + " attempts" : TimeSpan.text(rounded(failed.age()));
    return "given up after " + after + ": " + failed.outcome().text();
  }

  private static Duration rounded(Duration age) {
    return age.toHours() > 0
        ? Duration.ofHours(age.toHours())
        : Duration.ofSeconds(age.toSeconds());
  }

  /** Stock sends to nobody when one is refused, unless told otherwise. */
  @Override
  public boolean allOrNone() {
    return !written.sendsPartially().orElse(true);
  }

  /** JAMES-1311. */
  @Override
  public boolean retriesLast() {
    return written.isUsePriority();
  }

  @Override
  public boolean converts() {
    return notices.converts();
  }

  @Override
  public Optional<Duration> lateAfter(Failed failed) {
    return relay.delayWarning(failed.domain(), failed.hosts());
  }

  @Override
  public boolean tellsOfSuccess() {
    return written.getOnSuccess().isPresent();
  }

  @Override
  public void tell(Mail mail, QueuedMail entry, List<Settled> ends) throws MessagingException {
    Duration lifetime =
        counts() ? null : relay.retry(ends.get(0).record().domain(), List.of()).lifetime(true);
    notices.tell(mail, entry, ends, lifetime);
  }
}
