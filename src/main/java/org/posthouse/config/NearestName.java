/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What somebody who wrote a wrong name probably meant. */
public final class NearestName {
  private static final int NEAR = 4;

  private NearestName() {}

  /** The known name that is written most alike, case aside; empty when none is near. */
  public static Optional<String> of(String wrong, Stream<String> known) {
    int limit = Math.min(NEAR, Math.max(2, wrong.length() / 3));
    return known
        .filter(name -> distance(name, wrong) <= limit)
        .min(
            Comparator.<String>comparingInt(name -> distance(name, wrong))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static int distance(String one, String other) {
    return LevenshteinDistance.getDefaultInstance()
        .apply(one.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
  }
}
