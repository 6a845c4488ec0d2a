/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one record. Tags that RFC 9989 does not define are passed over, those of RFC 7489 (pct, rf,
 * ri) among them. Of a tag that comes twice the first counts.
 */
final class RecordReader {
  private static final String VERSION = "DMARC1";
  private static final Set<String> TAGS =
      Set.of("p", "sp", "np", "adkim", "aspf", "psd", "t", "fo", "rua", "ruf");

  private final Map<String, String> tags = new HashMap<>();

  private RecordReader(StringTokenizer pairs) {
    while (pairs.hasMoreTokens()) {
      String pair = pairs.nextToken();
      int equals = pair.indexOf('=');
      String name = equals < 0 ? "" : trim(pair.substring(0, equals)).toLowerCase(Locale.ROOT);
      if (TAGS.contains(name)) {
        tags.putIfAbsent(name, trim(pair.substring(equals + 1)));
      }
    }
  }

  /** Empty unless v= is the first tag, and its value DMARC1 in upper case. */
  static Optional<RecordReader> of(String text) {
    int end = text.indexOf(';');
    String first = end < 0 ? text : text.substring(0, end);
    int equals = first.indexOf('=');
    boolean isDmarc =
        equals > 0
            && withoutSpaceAtEnd(first.substring(0, equals)).equalsIgnoreCase("v")
            && trim(first.substring(equals + 1)).equals(VERSION);
    String rest = end < 0 ? "" : text.substring(end + 1);
    return isDmarc
        ? Optional.of(new RecordReader(new StringTokenizer(rest, ";")))
        : Optional.empty();
  }

  DmarcRecord read() {
    List<String> aggregate = ReportUris.parse(value("rua"));
    String problem = policyProblem();
    boolean isBroken = !problem.isEmpty();
    return new DmarcRecord(
        isBroken ? Policy.NONE : policy("p").orElse(Policy.NONE),
        isBroken ? null : orNull(policy("sp")),
        isBroken ? null : orNull(policy("np")),
        alignment("adkim"),
        alignment("aspf"),
        psd(),
        value("t").equalsIgnoreCase("y"),
        failureOptions(),
        aggregate,
        ReportUris.parse(value("ruf")),
        aggregate.isEmpty() ? problem : "");
  }

  /** RFC 9989 section 4.10.1: p= has to be there, sp= and np= have to be right if they are. */
  private String policyProblem() {
    if (!tags.containsKey("p")) {
      return "no p= in the record";
    }
    for (String name : List.of("p", "sp", "np")) {
      if (tags.containsKey(name) && policy(name).isEmpty()) {
        return "no policy in " + name + "= of the record";
      }
    }
    return "";
  }

  private Optional<Policy> policy(String name) {
    return Policy.of(value(name));
  }

  private Alignment alignment(String name) {
    return value(name).equalsIgnoreCase("s") ? Alignment.STRICT : Alignment.RELAXED;
  }

  private PublicSuffix psd() {
    return switch (value("psd").toLowerCase(Locale.ROOT)) {
      case "y" -> PublicSuffix.YES;
      case "n" -> PublicSuffix.NO;
      default -> PublicSuffix.UNKNOWN;
    };
  }

  /** Default 0; what is neither 0, 1, d nor s is passed over, and of 0 and 1 the first counts. */
  private Set<Character> failureOptions() {
    Set<Character> options = new HashSet<>();
    StringTokenizer words = new StringTokenizer(value("fo").toLowerCase(Locale.ROOT), ": \t");
    while (words.hasMoreTokens()) {
      String word = words.nextToken();
      char option = word.length() == 1 ? word.charAt(0) : ' ';
      boolean isSecond = option == '0' ? options.contains('1') : options.contains('0');
      boolean isNumber = option == '0' || option == '1';
      if (option == 'd' || option == 's' || (isNumber && !isSecond)) {
        options.add(option);
      }
    }
    return options.isEmpty() ? Set.of('0') : options;
  }

  private String value(String name) {
    return tags.getOrDefault(name, "");
  }

  private static @Nullable Policy orNull(Optional<Policy> policy) {
    return policy.isPresent() ? policy.get() : null;
  }

  private static String trim(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return withoutSpaceAtEnd(text.substring(start));
  }

  private static String withoutSpaceAtEnd(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }
}
