/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.util.Collection;
import java.util.Comparator;
import java.util.TreeSet;

/** What somebody who wrote a wrong name probably meant. */
final class Spelling {
  private static final int MOST_WRONG = 4;

  private Spelling() {}

  /** What to add to a complaint of a name: the nearest right one if it is near, and all. */
  static String suggestion(String wrong, Collection<String> known) {
    TreeSet<String> sorted = new TreeSet<>(known);
    int near = Math.min(MOST_WRONG, Math.max(2, wrong.length() / 3));
    String nearest =
        sorted.stream()
            .filter(name -> distance(wrong, name) <= near)
            .min(Comparator.comparingInt(name -> distance(wrong, name)))
            .map(name -> "; did you mean " + name + "?")
            .orElse(sorted.isEmpty() ? "" : ";");
    return sorted.isEmpty() ? nearest : nearest + " Known are " + String.join(", ", sorted);
  }

  /** Levenshtein's distance over at most some characters. */
  private static int distance(String wrong, String right) {
    int[] row = new int[right.length() + 1];
    for (int i = 0; i <= right.length(); i++) {
      row[i] = i;
    }
    for (int i = 1; i <= Math.min(wrong.length(), 100); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int change = diagonal + (wrong.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }
}
