/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Collection;
import java.util.Comparator;
import java.util.TreeSet;

/** What somebody who wrote a wrong word probably meant. */
public final class NearestWord {
  private NearestWord() {}

  /** The known word that is written most alike, case aside; {@code none} when none is known. */
  public static String of(String wrong, Collection<String> known) {
    return new TreeSet<>(known)
        .stream().min(Comparator.comparingInt(each -> distance(wrong, each))).orElse("none");
  }

  /** What is wrong, and which word is right. */
  public static String complaint(String text, String wrong, Collection<String> known) {
    return text + "; did you mean '" + of(wrong, known) + "'? Known are " + new TreeSet<>(known);
  }

  /** Levenshtein's distance, letter case ignored. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int column = 0; column <= right.length(); column++) {
      row[column] = column;
    }
    for (int line = 1; line <= left.length(); line++) {
      int diagonal = row[0];
      row[0] = line;
      for (int column = 1; column <= right.length(); column++) {
        int change = sameLetter(left.charAt(line - 1), right.charAt(column - 1)) ? 0 : 1;
        int best = Math.min(Math.min(row[column], row[column - 1]) + 1, diagonal + change);
        diagonal = row[column];
        row[column] = best;
      }
    }
    return row[right.length()];
  }

  private static boolean sameLetter(char left, char right) {
    return Character.toLowerCase(left) == Character.toLowerCase(right);
  }
}
