/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spelling;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
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

  /** What is wrong with a name, the nearest right one where one is near, and all. */
  public static String complaint(String text, String wrong, Collection<String> known) {
    return text
        + of(wrong, known.stream()).map(name -> "; did you mean '" + name + "'?").orElse(".")
        + " Known are "
        + new TreeSet<>(known);
  }

  private static int distance(String one, String other) {
    return LevenshteinDistance.getDefaultInstance()
        .apply(one.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
  }
}
