/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.time.Duration;
import java.util.Optional;
import org.posthouse.delivery.Limits;
import org.posthouse.delivery.RetrySchedule;
import org.posthouse.delivery.SiteSettings;
import org.posthouse.delivery.SiteSettings.Family;
import org.posthouse.delivery.Source;
import org.posthouse.smtp.SessionSettings.Login;
import org.posthouse.smtp.Timeouts;
import org.posthouse.smtp.TlsLevel;

/** All that relay.xml says of a destination, complete. */
record Treatment(TlsLevel tls, Timeouts timeouts, Family family, Limits limits, Retry retry) {
  /** When mail is tried again, and when its sender is told that it is late; empty for never. */
  record Retry(RetrySchedule schedule, Optional<Duration> delayWarning) {
    static final Retry DEFAULT = new Retry(RetrySchedule.DEFAULT, Optional.of(Duration.ofHours(4)));
  }

  /** What is used when nothing is configured but, perhaps, retries. */
  static Treatment standard(Retry retry) {
    return new Treatment(
        TlsLevel.MAY,
        Timeouts.DEFAULT,
        Family.IPV6_FIRST,
        new Limits("", 20, 100, 100, null, Duration.ofSeconds(5)),
        retry);
  }

  /** Whether all but the name and retries is as in another one. */
  boolean differsInRetriesOnly(Treatment other) {
    return equals(
        new Treatment(other.tls, other.timeouts, other.family, named(other.limits), retry));
  }

  private Limits named(Limits other) {
    return new Limits(
        limits.destination(),
        other.connections(),
        other.mailsPerConnection(),
        other.recipientsPerTransaction(),
        other.rate(),
        other.idle());
  }

  /** By the hosts of a domain. */
  SiteSettings towardsHosts(Source source) {
    return site(source, tls, false, Optional.empty());
  }

  /** By smarthosts. */
  SiteSettings towards(Smarthosts hosts, Source source) {
    return site(source, level(hosts), hosts.implicitTls(), hosts.login());
  }

  /** With implicit TLS it is never NONE, whatever the destination says. */
  TlsLevel level(Smarthosts hosts) {
    TlsLevel level = hosts.tls().orElse(tls);
    return hosts.implicitTls() && level == TlsLevel.NONE ? TlsLevel.MAY : level;
  }

  private SiteSettings site(
      Source source, TlsLevel level, boolean implicitTls, Optional<Login> login) {
    return new SiteSettings(
        source, level, implicitTls, login.orElse(null), timeouts, family, limits);
  }
}
