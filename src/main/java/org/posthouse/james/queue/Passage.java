/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.posthouse.delivery.SiteSettings;
import org.posthouse.routing.NextHop;
import org.posthouse.smtp.TlsLevel;

/**
 * What is done with a mail that is due.
 *
 * @param way of a mail that is delivered; null of one that is not
 * @param rule that says so, for logs
 */
public record Passage(Kind kind, @Nullable Way way, String rule) {
  /** What is done. */
  public enum Kind {
    DELIVER,
    /** It is dropped, and nobody is told. */
    DISCARD,
    /** It waits until a person decides. */
    HOLD
  }

  /**
   * Where a mail goes.
   *
   * @param settings of the site that hosts of these names are
   * @param fallback where it goes when no host of the next hop can be reached; null for nowhere
   */
  public record Way(
      NextHop next, Function<List<String>, SiteSettings> settings, @Nullable Way fallback) {
    /** The same for mail that must be protected: it is not sent by another way in clear. */
    Way atLeast(TlsLevel demanded) {
      return new Way(next, hosts -> settings.apply(hosts).atLeast(demanded), fallback);
    }
  }

  public Passage {
    if ((kind == Kind.DELIVER) != (way != null)) {
      throw new IllegalArgumentException(kind + " " + way);
    }
  }

  /** It is delivered. */
  public static Passage by(Way way, String rule) {
    return new Passage(Kind.DELIVER, way, rule);
  }
}
