/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys by the domain of From: an exact name before a pattern, a longer pattern before a shorter
 * one, a domain with its subdomains after both, the default last. Immutable.
 */
public final class KeyTable {
  private final List<SigningDomain> domains;
  private final Map<String, SigningDomain> exact = new HashMap<>();
  private final Map<String, SigningDomain> below = new HashMap<>();
  private final Map<String, SigningDomain> withSubdomains = new HashMap<>();
  private final @Nullable SigningDomain fallback;

  /**
   * Makes a table; of two with the same pattern the first counts.
   *
   * @param domains as they are written
   */
  public KeyTable(List<SigningDomain> domains) {
    this.domains = List.copyOf(domains);
    SigningDomain last = null;
    for (SigningDomain domain : domains) {
      if (domain.whose() instanceof FromPattern.Exact name) {
        exact.putIfAbsent(name.name(), domain);
        if (name.subdomains()) {
          withSubdomains.putIfAbsent(name.name(), domain);
        }
      } else if (domain.whose() instanceof FromPattern.Below pattern) {
        below.putIfAbsent(pattern.parent(), domain);
      } else if (last == null) {
        last = domain;
      }
    }
    fallback = last;
  }

  /** All elements as they are written. */
  public List<SigningDomain> domains() {
    return domains;
  }

  /**
   * Who signs mail from that domain, which may be the default.
   *
   * @param from in ASCII and lower case
   */
  public Optional<SigningDomain> of(String from) {
    return candidates(from).findFirst();
  }

  /**
   * The same at some moment: an element whose keys are all to come leaves its mail to the next that
   * is meant.
   */
  public Optional<SigningDomain> of(String from, Instant now) {
    return candidates(from).filter(each -> each.hasBegun(now)).findFirst().or(() -> of(from));
  }

  /** The nearest first. */
  private Stream<SigningDomain> candidates(String from) {
    return Stream.of(exact.get(from), above(from, below), above(from, withSubdomains), fallback)
        .flatMap(Stream::ofNullable);
  }

  /** Who signs all other mail. */
  public Optional<SigningDomain> fallback() {
    return Optional.ofNullable(fallback);
  }

  /** The entry of the nearest domain above a name. */
  private static @Nullable SigningDomain above(String name, Map<String, SigningDomain> entries) {
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      SigningDomain found = entries.get(name.substring(dot + 1));
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
