/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.ArrayList;
import java.util.List;
import org.posthouse.message.HeaderEdit;

/**
 * Rules for header fields, applied from the top; each sees what those above it have done.
 *
 * <pre>
 * add     X-Relay: passed ${date}
 * set     Organization: Example Ltd
 * remove  X-Internal-*
 * replace Subject: /^\[internal\] *(.*)/$1/
 * rename  X-Ticket-*: X-Case-*
 * when header X-Class: /^bulk$/
 *   set Precedence: bulk
 * end
 * when not match SenderIs=robot@example.com
 *   remove Auto-Submitted
 * end
 * </pre>
 */
public final class HeaderRules {
  private static final String VERBS = "add, set, remove, replace, rename, when, end";

  private final List<Block> blocks = new ArrayList<>();
  private final List<String> matchers = new ArrayList<>();
  private int openedInLine;

  /** Rules with one condition, which is asked once. */
  private record Block(RuleCondition condition, List<HeaderRule> rules) {
    void apply(HeaderEdit header, RuleContext context) {
      if (!rules.isEmpty() && condition.holds(header, context)) {
        rules.forEach(rule -> rule.apply(header, context));
      }
    }
  }

  private HeaderRules() {
    begin(new RuleCondition.Always());
  }

  /**
   * Reads rules, one per line.
   *
   * @param name of where they stand, for what is said about them
   * @throws RulesException when lines are wrong
   */
  public static HeaderRules read(String name, String text) throws RulesException {
    HeaderRules rules = new HeaderRules();
    List<String> problems = new ArrayList<>();
    for (TableText.Line line : TableText.plainLines(text)) {
      try {
        rules.read(line);
      } catch (IllegalArgumentException e) {
        problems.add(name + ", line " + line.number() + ": " + e.getMessage());
      }
    }
    if (rules.openedInLine > 0) {
      problems.add(name + ", line " + rules.openedInLine + ": a when without its end");
    }
    if (!problems.isEmpty()) {
      throw new RulesException(problems);
    }
    return rules;
  }

  /** The matchers that conditions ask for, each as {@code Name} or {@code Name=condition}. */
  public List<String> matchers() {
    return List.copyOf(matchers);
  }

  /** Changes a header. */
  public void apply(HeaderEdit header, RuleContext context) {
    blocks.forEach(block -> block.apply(header, context));
  }

  private void begin(RuleCondition condition) {
    blocks.add(new Block(condition, new ArrayList<>()));
  }

  private void read(TableText.Line line) {
    String[] words = line.text().split("[ \t]+", 2);
    String rest = words.length > 1 ? words[1].strip() : "";
    switch (words[0]) {
      case "when" -> open(rest, line.number());
      case "end" -> close(rest);
      default -> blocks.get(blocks.size() - 1).rules.add(rule(words[0], rest));
    }
  }

  private static HeaderRule rule(String verb, String rest) {
    return switch (verb) {
      case "add" -> new HeaderRule.Add(name(rest), ValueTemplate.read(behindColon(rest)));
      case "set" -> new HeaderRule.Set(name(rest), ValueTemplate.read(behindColon(rest)));
      case "remove" -> new HeaderRule.Remove(FieldNames.read(rest));
      case "replace" -> replace(rest);
      case "rename" -> rename(rest);
      default -> throw new IllegalArgumentException("'" + verb + "' is none of " + VERBS);
    };
  }

  private static HeaderRule replace(String rest) {
    SlashedText text = SlashedText.read(behindColon(rest), 2);
    if (!text.rest().isEmpty()) {
      throw new IllegalArgumentException("'" + text.rest() + "' behind the last slash");
    }
    PatternReplacement replacement =
        PatternReplacement.of(text.parts().get(0), text.hasFlag('i'), text.parts().get(1));
    FieldNames names = FieldNames.read(rest.substring(0, colon(rest)).strip());
    return new HeaderRule.Replace(names, replacement, text.hasFlag('g'));
  }

  private static HeaderRule rename(String rest) {
    FieldNames names = FieldNames.read(rest.substring(0, colon(rest)).strip());
    String to = behindColon(rest);
    FieldNames target = FieldNames.read(to);
    if (names.open() != target.open()) {
      throw new IllegalArgumentException("a * stands in both names or in none");
    }
    int star = target.open() ? to.indexOf('*') : to.length();
    String end = target.open() ? to.substring(star + 1) : "";
    return new HeaderRule.Rename(names, to.substring(0, star), end);
  }

  private void open(String text, int line) {
    if (openedInLine > 0) {
      throw new IllegalArgumentException("a when within another, of line " + openedInLine);
    }
    openedInLine = line;
    begin(condition(text));
  }

  private void close(String rest) {
    if (openedInLine == 0 || !rest.isEmpty()) {
      throw new IllegalArgumentException("'end' stands alone, below a when");
    }
    openedInLine = 0;
    begin(new RuleCondition.Always());
  }

  private RuleCondition condition(String text) {
    String[] words = text.split("[ \t]+", 2);
    String rest = words.length > 1 ? words[1].strip() : "";
    return switch (words[0]) {
      case "not" -> new RuleCondition.Not(condition(rest));
      case "header" -> header(rest);
      case "match" -> match(rest);
      default ->
          throw new IllegalArgumentException(
              "behind when stands 'header NAME', 'header NAME: /pattern/' or 'match MATCHER', with"
                  + " 'not' before it or without");
    };
  }

  private static RuleCondition header(String rest) {
    if (rest.indexOf(':') < 0) {
      return new RuleCondition.Header(FieldNames.read(rest), null);
    }
    SlashedText text = SlashedText.read(behindColon(rest), 1);
    FieldNames names = FieldNames.read(rest.substring(0, colon(rest)).strip());
    return new RuleCondition.Header(
        names, PatternReplacement.compile(text.parts().get(0), text.hasFlag('i')));
  }

  private RuleCondition match(String matcher) {
    if (matcher.isEmpty()) {
      throw new IllegalArgumentException("behind match stands a matcher, as in match=\"…\"");
    }
    matchers.add(matcher);
    return new RuleCondition.Match(matcher);
  }

  private static String name(String rest) {
    return FieldNames.requireName(rest.substring(0, colon(rest)).strip());
  }

  private static String behindColon(String rest) {
    String value = rest.substring(colon(rest) + 1).strip();
    if (value.isEmpty()) {
      throw new IllegalArgumentException("nothing behind the colon");
    }
    return value;
  }

  private static int colon(String rest) {
    int colon = rest.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("a colon has to stand behind the header's name");
    }
    return colon;
  }
}
