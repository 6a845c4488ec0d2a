/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.util.List;
import java.util.Optional;
import org.posthouse.routing.NextHop;
import org.posthouse.routing.NextHop.Smarthost;

/**
 * Where some mail goes, by configuration.
 *
 * @param number of the route in relay.xml, from 1
 * @param line of the route in relay.xml, from 1; 0 when unknown
 * @param smarthosts present exactly when the target is SMARTHOSTS
 * @param fallback where to go when the target cannot be reached; empty for nowhere
 * @param pool where connections come from; empty for what the system chooses
 */
public record Route(
    int number,
    int line,
    Target target,
    Optional<Smarthosts> smarthosts,
    List<Smarthost> fallback,
    Optional<SourcePool> pool) {
  /** What is done with the mail. */
  public enum Target {
    /** It goes to the hosts of the recipient's domain. */
    MX,
    /** It goes to {@link Route#smarthosts}. */
    SMARTHOSTS,
    /** It is dropped; nobody is told. */
    DISCARD,
    /** It waits until a person decides. */
    HOLD
  }

  public Route {
    fallback = List.copyOf(fallback);
    if (smarthosts.isPresent() != (target == Target.SMARTHOSTS)) {
      throw new IllegalArgumentException(target + " " + smarthosts);
    }
  }

  /**
   * The hop for recipients of a domain; towards smarthosts the same for every domain.
   *
   * @throws IllegalStateException when the mail goes nowhere
   */
  public NextHop nextHop(String domain) {
    return switch (target) {
      case MX -> NextHop.mx(HostNames.normal(domain));
      case SMARTHOSTS -> {
        Smarthosts to = smarthosts.orElseThrow();
        yield new NextHop("", to.hosts(), to.shared());
      }
      case DISCARD, HOLD -> throw new IllegalStateException(target + " has no next hop");
    };
  }

  /** For explanations and logs: {@code route 2 (line 17)}. */
  public String name() {
    return name(number, line);
  }

  static String name(int number, int line) {
    return "route " + number + (line == 0 ? "" : " (line " + line + ")");
  }
}
