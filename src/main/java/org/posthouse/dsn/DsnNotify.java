/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Of what the sender wants to be told about a recipient (NOTIFY; RFC 3461, section 4.1).
 *
 * @param kinds none stands for NEVER
 */
public record DsnNotify(Set<Report.Kind> kinds) {
  /** What holds where the sender said nothing: RFC 3461 leaves it to us whether delays count. */
  public static final DsnNotify DEFAULT =
      new DsnNotify(EnumSet.of(Report.Kind.FAILURE, Report.Kind.DELAY));

  /** Nothing. */
  public static final DsnNotify NEVER = new DsnNotify(Set.of());

  public DsnNotify {
    kinds = Set.copyOf(kinds);
  }

  /** The value of NOTIFY, as in {@code SUCCESS,DELAY}; empty when it is none. */
  public static Optional<DsnNotify> parse(String value) {
    String words = value.strip().toUpperCase(Locale.ROOT);
    if (words.equals("NEVER")) {
      return Optional.of(NEVER);
    }
    Set<Report.Kind> kinds = EnumSet.noneOf(Report.Kind.class);
    for (String word : words.split(",", -1)) {
      switch (word) {
        case "SUCCESS" -> kinds.add(Report.Kind.SUCCESS);
        case "FAILURE" -> kinds.add(Report.Kind.FAILURE);
        case "DELAY" -> kinds.add(Report.Kind.DELAY);
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(new DsnNotify(kinds));
  }

  /**
   * What a mail's record says.
   *
   * @param value null for none; one that says nothing counts as none, for the mail is taken already
   */
  public static DsnNotify of(@Nullable String value) {
    return value == null ? DEFAULT : parse(value).orElse(DEFAULT);
  }

  /** Whether the sender wants to be told. */
  public boolean wants(Report.Kind kind) {
    return kinds.contains(kind);
  }
}
