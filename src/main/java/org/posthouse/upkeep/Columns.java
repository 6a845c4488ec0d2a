/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A table for people: a header, columns as wide as what stands in them, none that is empty. */
final class Columns {
  /** A column does not grow beyond this; longer values shift the rest of their line. */
  private static final int WIDEST = 40;

  private final List<List<String>> rows = new ArrayList<>();

  Columns(String... names) {
    rows.add(List.of(names));
  }

  void row(String... values) {
    rows.add(List.of(values));
  }

  void print(PrintWriter out) {
    List<Integer> widths = new ArrayList<>();
    for (int i = 0; i < rows.get(0).size(); i++) {
      widths.add(width(i));
    }
    for (List<String> row : rows) {
      out.println(line(row, widths));
    }
  }

  /** Zero when only the header stands in a column. */
  private int width(int column) {
    int widest = rows.stream().skip(1).mapToInt(row -> row.get(column).length()).max().orElse(1);
    return widest == 0 ? 0 : Math.max(rows.get(0).get(column).length(), Math.min(widest, WIDEST));
  }

  private static String line(List<String> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      if (widths.get(i) > 0) {
        String value = row.get(i);
        line.append(value).append(" ".repeat(Math.max(0, widths.get(i) - value.length()) + 2));
      }
    }
    return line.toString().stripTrailing();
  }
}
