/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long a host may take, phase by phase. Immutable. */
public final class Timeouts {
  /**
   * RFC 5321, section 4.5.3.2, where that says something; a connection, a handshake and QUIT get
   * less, since nothing is lost by trying again.
   */
  public static final Timeouts DEFAULT = new Timeouts(defaults());

  private final Map<Phase, Duration> byPhase;

  private Timeouts(Map<Phase, Duration> byPhase) {
    this.byPhase = Collections.unmodifiableMap(byPhase);
  }

  private static Map<Phase, Duration> defaults() {
    Map<Phase, Duration> defaults = new EnumMap<>(Phase.class);
    defaults.put(Phase.CONNECT, Duration.ofSeconds(30));
    defaults.put(Phase.TLS, Duration.ofSeconds(30));
    defaults.put(Phase.GREETING, Duration.ofMinutes(5));
    defaults.put(Phase.EHLO, Duration.ofMinutes(5));
    defaults.put(Phase.STARTTLS, Duration.ofMinutes(2));
    defaults.put(Phase.AUTH, Duration.ofMinutes(2));
    defaults.put(Phase.MAIL, Duration.ofMinutes(5));
    defaults.put(Phase.RCPT, Duration.ofMinutes(5));
    defaults.put(Phase.DATA, Duration.ofMinutes(2));
    defaults.put(Phase.CONTENT, Duration.ofMinutes(3));
    defaults.put(Phase.FINAL_DOT, Duration.ofMinutes(10));
    defaults.put(Phase.RSET, Duration.ofSeconds(20));
    defaults.put(Phase.QUIT, Duration.ofSeconds(5));
    return defaults;
  }

  /** The same with another limit for one phase; of CONTENT it is that of each block. */
  public Timeouts with(Phase phase, Duration limit) {
    Map<Phase, Duration> changed = new EnumMap<>(byPhase);
    changed.put(phase, limit);
    return new Timeouts(changed);
  }

  /** The limit of a phase. */
  public Duration of(Phase phase) {
    return byPhase.getOrDefault(phase, Duration.ofMinutes(5));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Timeouts timeouts && byPhase.equals(timeouts.byPhase);
  }

  @Override
  public int hashCode() {
    return byPhase.hashCode();
  }
}
