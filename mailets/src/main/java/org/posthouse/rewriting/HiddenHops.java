/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.HeaderField;
import org.posthouse.rewriting.ReceivedLine.Clause;

/**
 * Hides internal hosts in the trace of a mail. A hop between two internal hosts is blurred as a
 * whole, or removed; of any other hop what is internal is blurred.
 *
 * <p>The topmost field and every other one {@code by} this host stays, and names this host: by
 * these fields loops are known (RFC 5321 section 6.3).
 */
public final class HiddenHops {
  private static final String FROM = "from";
  private static final String BY = "by";

  private final InternalNames internal;
  private final Set<String> ownNames;
  private final String word;
  private final boolean removes;

  /**
   * Hides by these names.
   *
   * @param ownNames names of this host in lower case
   * @param word what names and addresses are replaced by; an atom
   * @param removes whether hops between two internal hosts are removed
   */
  public HiddenHops(InternalNames internal, Set<String> ownNames, String word, boolean removes) {
    this.internal = internal;
    this.ownNames = Set.copyOf(ownNames);
    this.word = word;
    this.removes = removes;
  }

  /** Hides what is internal in all Received fields. */
  public void apply(HeaderEdit header) {
    AtomicBoolean top = new AtomicBoolean(true);
    header.forEach(
        field ->
            field.is("Received") && field.line().indexOf(':') > 0
                ? hidden(field, top.getAndSet(false))
                : Optional.of(field));
  }

  private Optional<HeaderField> hidden(HeaderField field, boolean top) {
    ReceivedLine received = ReceivedLine.of(field.line());
    if (top || isOwn(field.line(), received)) {
      return Optional.of(written(field, blurred(field.line(), received, true)));
    }
    if (!isBetweenInternalHosts(field.line(), received)) {
      return Optional.of(written(field, blurred(field.line(), received, false)));
    }
    return removes ? Optional.empty() : Optional.of(written(field, whole(field.line(), received)));
  }

  private boolean isOwn(String line, ReceivedLine received) {
    return received
        .clause(BY)
        .map(by -> ReceivedLine.words(by.text(line)))
        .filter(words -> !words.isEmpty() && ownNames.contains(lower(words.get(0))))
        .isPresent();
  }

  private boolean isBetweenInternalHosts(String line, ReceivedLine received) {
    return received.clause(BY).filter(by -> isInternal(by, line)).isPresent()
        && received.clause(FROM).map(from -> isInternal(from, line)).orElse(true);
  }

  /** By all its addresses where it has some, for the name is what the client liked to say. */
  private boolean isInternal(Clause clause, String line) {
    List<String> words = ReceivedLine.words(clause.text(line));
    boolean name = !words.isEmpty() && internal.contains(words.get(0));
    List<String> addresses = words.stream().filter(InternalNames::isAddress).toList();
    boolean all = !addresses.isEmpty() && addresses.stream().allMatch(internal::contains);
    return all || (name && (addresses.isEmpty() || clause.keyword().equals(BY)));
  }

  /** Without names, comments and identifiers; the protocol and the date stay. */
  private String whole(String line, ReceivedLine received) {
    StringBuilder blurred = new StringBuilder(line.substring(0, line.indexOf(':') + 1));
    received.clause(FROM).ifPresent(from -> blurred.append(" from ").append(word));
    blurred.append(" by ").append(word);
    received
        .clause("with")
        .map(with -> ReceivedLine.words(with.text(line)))
        .filter(words -> !words.isEmpty())
        .ifPresent(words -> blurred.append(" with ").append(words.get(0)));
    blurWords(line.substring(received.dateStart()), blurred);
    return blurred.toString();
  }

  private String blurred(String line, ReceivedLine received, boolean own) {
    List<Clause> clauses = new ArrayList<>();
    received.clause(FROM).filter(from -> isInternal(from, line)).ifPresent(clauses::add);
    received.clause(BY).filter(by -> own || isInternal(by, line)).ifPresent(clauses::add);
    clauses.sort(Comparator.comparingInt(Clause::start));
    StringBuilder blurred = new StringBuilder();
    int at = 0;
    for (Clause clause : clauses) {
      blurWords(line.substring(at, clause.start()), blurred);
      boolean stays = own && clause.keyword().equals(BY);
      blurred.append(stays ? clause.text(line) : " " + word);
      at = clause.end();
    }
    // Behind the date, too, there may be a comment.
    blurWords(line.substring(at), blurred);
    return blurred.toString();
  }

  private void blurWords(String text, StringBuilder blurred) {
    int at = 0;
    while (at < text.length()) {
      int end = ReceivedLine.wordEnd(text, at);
      if (end > at) {
        blurred.append(
            ReceivedLine.names(text.substring(at, end)).stream()
                .map(name -> internal.contains(name) ? word : name)
                .collect(Collectors.joining(":")));
      }
      if (end < text.length()) {
        blurred.append(text.charAt(end));
      }
      at = end + 1;
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static HeaderField written(HeaderField field, String line) {
    return line.equals(field.line()) ? field : HeaderField.of(line, field.end());
  }
}
