/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.util.List;
import org.posthouse.config.Settings;

/** Finds rates that can never refuse anything, because another is reached before. */
final class LooserRates {
  private LooserRates() {}

  static void warn(Settings part, Limit limit, List<Limit> before) {
    for (Rate rate : limit.rates()) {
      for (Rate other : limit.rates()) {
        if (rate.isLooserThan(other)) {
          warn(part, rate, other.words());
        }
      }
      for (Limit other : before) {
        if (other.scope() == limit.scope() && other.audience().equals(limit.audience())) {
          warn(part, limit, rate, other);
        }
      }
    }
  }

  private static void warn(Settings part, Limit limit, Rate rate, Limit other) {
    for (Rate each : other.rates()) {
      if (rate.equals(each) || rate.isLooserThan(each)) {
        warn(part, rate, each.words() + " of limit " + other.name());
      } else if (each.isLooserThan(rate)) {
        warn(part, each, rate.words() + " of limit " + limit.name());
      }
    }
  }

  private static void warn(Settings part, Rate rate, String stricter) {
    part.warning(
        rate.kind().element(),
        rate.words() + " can never be reached: " + stricter + " is reached before");
  }
}
