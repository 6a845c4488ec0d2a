/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import com.google.re2j.Matcher;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.posthouse.message.DateTime;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.HeaderField;

/** One change of a header. */
sealed interface HeaderRule {
  void apply(HeaderEdit header, RuleContext context);

  /** A field below all others. */
  record Add(String name, ValueTemplate value) implements HeaderRule {
    @Override
    public void apply(HeaderEdit header, RuleContext context) {
      String text = expand(value, header, context);
      if (!text.isEmpty()) {
        header.append(line(name, text, header, context));
      }
    }
  }

  /** One field of the name, in the place of the first one. */
  record Set(String name, ValueTemplate value) implements HeaderRule {
    @Override
    public void apply(HeaderEdit header, RuleContext context) {
      String text = expand(value, header, context);
      if (text.isEmpty()) {
        return;
      }
      String line = line(name, text, header, context);
      if (!header.has(name)) {
        header.append(line);
        return;
      }
      AtomicBoolean done = new AtomicBoolean();
      header.forEach(field -> field.is(name) ? only(field, line, done) : Optional.of(field));
    }

    private static Optional<HeaderField> only(HeaderField field, String line, AtomicBoolean done) {
      return done.getAndSet(true) ? Optional.empty() : Optional.of(rewritten(field, line));
    }
  }

  /** No field of the names. */
  record Remove(FieldNames names) implements HeaderRule {
    @Override
    public void apply(HeaderEdit header, RuleContext context) {
      header.forEach(field -> names.matches(field.name()) ? Optional.empty() : Optional.of(field));
    }
  }

  /**
   * Another name for the fields of the names; a star stands for the same in both. What would have
   * none then (RFC 5322 section 2.2), since the star stands for nothing, keeps its own.
   */
  record Rename(FieldNames names, String begin, String end) implements HeaderRule {
    @Override
    public void apply(HeaderEdit header, RuleContext context) {
      header.forEach(field -> Optional.of(names.matches(field.name()) ? renamed(field) : field));
    }

    private HeaderField renamed(HeaderField field) {
      String name = begin + names.middle(field.name()) + end;
      int colon = field.line().indexOf(':');
      return colon < 0 || name.equals(field.name()) || !FieldNames.isName(name)
          ? field
          : rewritten(field, name + field.line().substring(colon));
    }
  }

  /** Another text where a pattern is found; a line that is no field would become one, and stays. */
  record Replace(FieldNames names, PatternReplacement replacement, boolean everywhere)
      implements HeaderRule {
    /** Longer texts stay. */
    private static final int MOST = 100_000;

    @Override
    public void apply(HeaderEdit header, RuleContext context) {
      header.forEach(
          field -> Optional.of(isMeant(field) ? replaced(field, header, context) : field));
    }

    private boolean isMeant(HeaderField field) {
      return names.matches(field.name())
          && FieldNames.isName(field.name())
          && field.line().indexOf(':') > 0;
    }

    private HeaderField replaced(HeaderField field, HeaderEdit header, RuleContext context) {
      String before = text(field);
      Matcher matcher = replacement.matcher(before.length() > MOST ? "" : before);
      StringBuilder after = new StringBuilder();
      int at = 0;
      boolean again = true;
      while (again && after.length() <= MOST && matcher.find()) {
        after.append(before, at, matcher.start()).append(replacement.expand(matcher));
        at = matcher.end();
        again = everywhere;
      }
      String text = FieldText.clean(after.append(before, at, before.length()).toString());
      return text.equals(before) || text.length() > MOST
          ? field
          : rewritten(field, line(field.name(), text, header, context));
    }
  }

  /** The text of a field without folds. */
  static String text(HeaderField field) {
    return HeaderText.decoded(HeaderText.unfolded(field.value()));
  }

  private static String expand(ValueTemplate template, HeaderEdit header, RuleContext context) {
    return template.expand(
        (variable, argument) ->
            switch (variable) {
              case HEADER -> header.first(argument).map(HeaderRule::text).orElse("");
              case SENDER -> context.sender();
              case RECIPIENT -> context.recipient();
              case LOGIN -> context.login();
              case DATE -> DateTime.text(context.now());
              case MAILNAME -> context.mailName();
              case ATTRIBUTE -> context.attribute(argument);
              case DOLLAR -> "$";
            });
  }

  private static String line(String name, String text, HeaderEdit header, RuleContext context) {
    return FieldText.line(name, text, context.isUtf8(), header.lineEnd());
  }

  /** The field itself when it says the same already. */
  private static HeaderField rewritten(HeaderField field, String line) {
    boolean same = HeaderText.unfolded(field.line()).equals(HeaderText.unfolded(line));
    return same ? field : HeaderField.written(line, field.end());
  }
}
