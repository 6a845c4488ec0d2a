/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.queue.StoredContent;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;
import org.posthouse.spool.BodyRef;

/**
 * An entry as the commands print it and the export writes it.
 *
 * @param id key in the store
 * @param queueId the id that the client and the log were told
 * @param reversePath empty for the null reverse-path; null when it cannot be read
 * @param waits why a mailet lets it wait; null when none does
 * @param error what went wrong in its chain, as the error processor was told it; null when nothing
 * @param size of header block and body in octets
 * @param problems what could not be read of it; null when nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MailView(
    String id,
    @Nullable String queueId,
    @Nullable String queue,
    @Nullable String due,
    @Nullable String repository,
    @Nullable String key,
    @Nullable String aside,
    @Nullable String name,
    @Nullable String reversePath,
    @Nullable List<RecipientView> recipients,
    @Nullable String stored,
    @Nullable String waits,
    @Nullable String error,
    long size,
    @Nullable List<String> problems) {

  private static final Set<String> WAITING =
      Set.of(text(Recipient.State.QUEUED), text(Recipient.State.HELD));

  private static String text(Recipient.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /**
   * One recipient.
   *
   * @param due the earliest next attempt
   * @param error why the last attempt failed; null when it did not, or nothing is known
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RecipientView(
      String address, String state, String due, int attempts, @Nullable String error) {
    static RecipientView of(Recipient recipient) {
      return new RecipientView(
          recipient.address(),
          text(recipient.state()),
          time(recipient.notBefore()),
          recipient.attempts(),
          recipient.error());
    }
  }

  static MailView of(
      Contents.Found found,
      Optional<QueuedMail> entry,
      Optional<StoredContent> content,
      List<String> problems) {
    return new MailView(
        found.id().toString(),
        content.flatMap(StoredContent::queueId).orElse(null),
        found.queue(),
        found.queue() == null ? null : time(found.due()),
        found.repository(),
        found.key(),
        found.aside(),
        entry.map(QueuedMail::name).orElse(null),
        entry.map(QueuedMail::reversePath).orElse(null),
        entry.map(mail -> mail.recipients().stream().map(RecipientView::of).toList()).orElse(null),
        entry.map(mail -> time(mail.stored())).orElse(null),
        content.flatMap(StoredContent::waitReason).orElse(null),
        content.flatMap(StoredContent::errorMessage).orElse(null),
        size(entry, content),
        problems.isEmpty() ? null : problems);
  }

  /** Recipients that are waited for, in angle brackets; a question mark when unknown. */
  String forwardPaths() {
    return recipients == null
        ? "?"
        : waiting()
            .map(recipient -> "<" + recipient.address() + ">")
            .collect(Collectors.joining(","));
  }

  /** The most attempts that were made for one of them, a question mark when unknown. */
  String attemptsMade() {
    return recipients == null
        ? "?"
        : Integer.toString(waiting().mapToInt(RecipientView::attempts).max().orElse(0));
  }

  /** Why it waits or the last attempts failed, each reason once; empty when none did. */
  String errors() {
    return Stream.concat(Stream.ofNullable(waits), waiting().map(RecipientView::error))
        .filter(Objects::nonNull)
        .distinct()
        .collect(Collectors.joining("; "));
  }

  /** An entry keeps those that were delivered or bounced until it goes. */
  private Stream<RecipientView> waiting() {
    return recipients == null
        ? Stream.empty()
        : recipients.stream().filter(recipient -> WAITING.contains(recipient.state()));
  }

  private static long size(Optional<QueuedMail> entry, Optional<StoredContent> content) {
    BodyRef body = entry.map(QueuedMail::body).orElse(null);
    return content.map(read -> (long) read.header().length).orElse(0L)
        + (body == null ? 0 : body.size());
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
