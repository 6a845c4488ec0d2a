/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.List;

/** A table, a list or rules that are wrong; all that is wrong at once. */
public final class RulesException extends Exception {
  private static final long serialVersionUID = 1;
  private static final int MOST_SHOWN = 50;

  private final transient List<String> problems;

  RulesException(List<String> problems) {
    super(text(problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence each, with file and line. */
  public List<String> problems() {
    return problems;
  }

  private static String text(List<String> problems) {
    String shown = String.join("; ", problems.subList(0, Math.min(MOST_SHOWN, problems.size())));
    int rest = problems.size() - MOST_SHOWN;
    return rest > 0 ? shown + "; and " + rest + " more" : shown;
  }
}
