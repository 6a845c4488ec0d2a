/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.queue.StoredContent;
import org.posthouse.queue.Entries;
import org.posthouse.queue.QueuedMail;
import org.posthouse.spool.SpoolException;

/** One entry, read as far as it can be. */
final class ReadEntry {
  private final Contents.Found found;
  private final List<String> problems = new ArrayList<>();
  private @Nullable QueuedMail entry;
  private @Nullable StoredContent content;

  private ReadEntry(Contents.Found found) {
    this.found = found;
  }

  static ReadEntry of(Contents.Found found, Entries entries) {
    ReadEntry read = new ReadEntry(found);
    try {
      read.entry = entries.find(found.id()).orElse(null);
      if (read.entry == null) {
        read.problems.add("its envelope is missing");
      }
    } catch (SpoolException e) {
      read.problems.add("envelope: " + e.getMessage());
    }
    try {
      read.content = StoredContent.read(entries.content(found.id()));
    } catch (SpoolException e) {
      read.problems.add("header block: " + e.getMessage());
    }
    return read;
  }

  Optional<QueuedMail> entry() {
    return Optional.ofNullable(entry);
  }

  Optional<StoredContent> content() {
    return Optional.ofNullable(content);
  }

  /** Whether an id that a person gave means this entry. */
  boolean isCalled(String id) {
    return found.id().toString().equals(id)
        || content().flatMap(StoredContent::queueId).filter(id::equals).isPresent();
  }

  void problem(String text) {
    problems.add(text);
  }

  List<String> problems() {
    return problems;
  }

  MailView view() {
    return MailView.of(found, entry(), content(), problems);
  }
}
