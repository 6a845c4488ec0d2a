/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.HeaderField;

/** What has to hold for the rules below a {@code when}. */
sealed interface RuleCondition {
  boolean holds(HeaderEdit header, RuleContext context);

  /** Holds always. */
  record Always() implements RuleCondition {
    @Override
    public boolean holds(HeaderEdit header, RuleContext context) {
      return true;
    }
  }

  /**
   * There is a field, as the rules above have left it.
   *
   * @param pattern in its text; null for any text
   */
  record Header(FieldNames names, @Nullable Pattern pattern) implements RuleCondition {
    @Override
    public boolean holds(HeaderEdit header, RuleContext context) {
      return header.fields().stream()
          .filter(field -> names.matches(field.name()))
          .anyMatch(this::isFound);
    }

    private boolean isFound(HeaderField field) {
      return pattern == null || pattern.matcher(HeaderRule.text(field)).find();
    }
  }

  /** A matcher holds for all recipients. */
  record Match(String matcher) implements RuleCondition {
    @Override
    public boolean holds(HeaderEdit header, RuleContext context) {
      return context.matches(matcher);
    }
  }

  /** Another one does not hold. */
  record Not(RuleCondition other) implements RuleCondition {
    @Override
    public boolean holds(HeaderEdit header, RuleContext context) {
      return !other.holds(header, context);
    }
  }
}
