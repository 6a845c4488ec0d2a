/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the text of a table and collects all that is wrong with it. */
final class TableText {
  private static final int MOST_PATTERNS = 1000;

  private final TableOptions options;
  private final Map<String, AddressTarget> entries = new HashMap<>();
  private final List<AddressPattern> patterns = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * A line with the lines that continue it.
   *
   * @param number of its first line, from 1
   */
  record Line(int number, String text) {}

  private TableText(TableOptions options) {
    this.options = options;
  }

  static AddressTable read(String name, List<Line> lines, TableOptions options)
      throws RulesException {
    TableText table = new TableText(options);
    for (Line line : lines) {
      try {
        table.add(line.text);
      } catch (IllegalArgumentException e) {
        table.problems.add(name + ", line " + line.number + ": " + e.getMessage());
      }
    }
    if (!table.problems.isEmpty()) {
      throw new RulesException(table.problems);
    }
    return new AddressTable(name, table.entries, table.patterns, options);
  }

  /** One entry per line; empty lines and comments left out. */
  static List<Line> plainLines(String text) {
    List<Line> lines = new ArrayList<>();
    String[] all = text.split("\r?\n", -1);
    for (int i = 0; i < all.length; i++) {
      String line = all[i].strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        lines.add(new Line(i + 1, line));
      }
    }
    return lines;
  }

  /** As Postfix joins lines: comments and empty lines do not end one. */
  static List<Line> logicalLines(String text) {
    List<Line> lines = new ArrayList<>();
    String[] all = text.split("\r?\n", -1);
    for (int i = 0; i < all.length; i++) {
      String stripped = all[i].strip();
      if (stripped.isEmpty() || stripped.startsWith("#")) {
        continue;
      }
      boolean continues = all[i].startsWith(" ") || all[i].startsWith("\t");
      if (continues && !lines.isEmpty()) {
        Line before = lines.remove(lines.size() - 1);
        lines.add(new Line(before.number, before.text + " " + stripped));
      } else {
        lines.add(new Line(i + 1, continues ? all[i] : stripped));
      }
    }
    return lines;
  }

  private void add(String line) {
    if (line.indexOf('\uFFFD') >= 0) {
      throw new IllegalArgumentException("octets that are not UTF-8");
    }
    if (line.startsWith(" ") || line.startsWith("\t")) {
      throw new IllegalArgumentException("white space before the first entry");
    }
    if (line.startsWith("/")) {
      addPattern(line);
    } else {
      addEntry(line);
    }
  }

  private void addPattern(String line) {
    if (patterns.size() == MOST_PATTERNS) {
      throw new IllegalArgumentException("more than " + MOST_PATTERNS + " patterns");
    }
    patterns.add(AddressPattern.read(line, options.origin()));
  }

  private void addEntry(String line) {
    if (line.startsWith("!/") || line.startsWith("if ") || line.equals("endif")) {
      throw new IllegalArgumentException("if, endif and !/pattern/ are not known here");
    }
    int keyEnd = keyEnd(line);
    String key = key(line.substring(0, keyEnd));
    AddressTarget target = AddressTarget.read(value(line.substring(keyEnd)), options.origin());
    AddressTarget other = entries.putIfAbsent(key, target);
    if (other != null && !other.equals(target)) {
      throw new IllegalArgumentException("'" + key + "' has another address above");
    }
  }

  /** The first white space outside of quotes. */
  private static int keyEnd(String line) {
    boolean quoted = false;
    for (int at = 0; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ' ' || c == '\t')) {
        return at;
      }
    }
    throw new IllegalArgumentException(
        quoted ? "a quote that is not closed" : "a key without an address");
  }

  private static String value(String rest) {
    String value = rest.strip();
    if (value.isEmpty() || (!value.startsWith("\"") && value.matches(".*[\\s,].*"))) {
      throw new IllegalArgumentException("one address is needed, not '" + value + "'");
    }
    return value;
  }

  /** The form in which {@link AddressTable} asks for it. */
  private String key(String written) {
    int at = written.lastIndexOf('@');
    if (at < 0) {
      return domainOrUser(written);
    }
    String domain = written.substring(at + 1);
    if (at == 0 || !domain.isEmpty()) {
      requireDomain(domain);
    }
    return user(written.substring(0, at)) + "@" + Address.ascii(domain);
  }

  private String domainOrUser(String written) {
    if (written.startsWith(".")) {
      requireDomain(written.substring(1));
      return "." + Address.ascii(written.substring(1));
    }
    if (options.localDomains().isEmpty()) {
      throw new IllegalArgumentException(
          "'"
              + written
              + "' alone is a user of the local domains, and none are given; for one of all domains"
              + " write '"
              + written
              + "@'");
    }
    return user(written);
  }

  private static String user(String localPart) {
    return new Address(localPart, "").user().toLowerCase(Locale.ROOT);
  }

  private static void requireDomain(String domain) {
    if (!Address.isDomain(domain)) {
      throw new IllegalArgumentException("'" + domain + "' is no domain");
    }
  }
}
