/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which header fields a signature covers.
 *
 * @param names in lower case, in the order they are signed in
 * @param oversigned names that stand in h= once more than there are fields of them, so that none
 *     can be added later (RFC 6376 section 8.15)
 * @param exact whether each name stands once, however many fields of it there are
 */
public record HeaderSelection(List<String> names, Set<String> oversigned, boolean exact) {
  /** RFC 6376 section 5.4.1, without the trace fields and what relays add. */
  public static final String DEFAULT =
      "From, Sender, Reply-To, To, Cc, Subject, Date, Message-ID, In-Reply-To, References,"
          + " MIME-Version, Content-Type, Content-Transfer-Encoding, List-Unsubscribe,"
          + " List-Unsubscribe-Post";

  /** Fields of one name that are signed; who has more is out for mischief (h= grows with them). */
  public static final int MAX_OCCURRENCES = 50;

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException when one is no name of a header field
   */
  public HeaderSelection {
    names = List.copyOf(names);
    oversigned = Set.copyOf(oversigned);
    for (String name : names) {
      if (!isName(name)) {
        throw new IllegalArgumentException("'" + name + "' is no name of a header field");
      }
    }
  }

  /** Of a header field (RFC 5322 section 3.6.8), and no semicolon: h= is a value of a tag. */
  public static boolean isName(String name) {
    return !name.isEmpty()
        && name.chars().allMatch(c -> c > ' ' && c < 0x7F && ":;".indexOf(c) < 0);
  }

  /**
   * Each name once more than there are fields of it.
   *
   * @param names separated by commas; From is added when it is absent, for RFC 6376 section 5.4
   *     requires it
   * @throws IllegalArgumentException when one is no name of a header field
   */
  public static HeaderSelection oversigned(String names) {
    return selected(names, names);
  }

  /**
   * Each name as often as there are fields of it, and some once more.
   *
   * @param names separated by commas; From is added when it is absent, for RFC 6376 section 5.4
   *     requires it
   * @param oversigned those signed once more, likewise, unless there are none; those that are not
   *     among the others join them
   * @throws IllegalArgumentException when one is no name of a header field
   */
  public static HeaderSelection selected(String names, String oversigned) {
    Set<String> all = parse(names);
    Set<String> more = parse(oversigned);
    all.addAll(more);
    List<String> ordered = new ArrayList<>(all);
    if (!all.contains("from")) {
      ordered.add(0, "from");
      if (!more.isEmpty()) {
        more.add("from");
      }
    }
    return new HeaderSelection(ordered, more, false);
  }

  private static Set<String> parse(String names) {
    Set<String> parsed = new LinkedHashSet<>();
    Arrays.stream(names.split(",", -1))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(name -> !name.isEmpty())
        .forEach(parsed::add);
    return parsed;
  }

  /** These names in this order, as often as they stand here. */
  public static HeaderSelection exactly(List<String> names) {
    return new HeaderSelection(
        names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList(), Set.of(), true);
  }

  /** The names of h= for a message. */
  public List<String> of(SignedFields fields) {
    if (exact) {
      return names;
    }
    List<String> result = new ArrayList<>();
    for (String name : names) {
      int count = Math.min(fields.named(name).size(), MAX_OCCURRENCES);
      count += oversigned.contains(name) ? 1 : 0;
      for (int i = 0; i < count; i++) {
        result.add(name);
      }
    }
    return result;
  }
}
