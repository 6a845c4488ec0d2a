/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.jspecify.annotations.Nullable;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.RawHeaders;
import org.posthouse.secret.Secrets;
import org.posthouse.unsubscribe.UnsubscribeToken;
import org.posthouse.unsubscribe.UriTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds the fields by which a recipient unsubscribes with one click (RFC 8058, RFC 2369):
 *
 * <pre>
 * List-Unsubscribe: &lt;https://example.com/unsubscribe?t=1.MjA3ODYKdXNl.oD5qrrU6VJ&gt;
 * List-Unsubscribe-Post: List-Unsubscribe=One-Click
 * </pre>
 *
 * <pre>{@code
 * <mailet match="LoginInGroup=newsletter" class="ListUnsubscribe">
 *   <uri>https://example.com/unsubscribe?t={token}</uri>
 *   <mailto>mailto:unsubscribe@example.com?subject={token}</mailto>
 *   <secretFile>file://conf/unsubscribe.secret</secretFile>
 *   <list>news.example.com</list>
 *   <existing>keep</existing>
 *   <severalRecipients>split</severalRecipients>
 *   <maxRecipients>100</maxRecipients>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code uri}: the https URI that mail programs POST {@code List-Unsubscribe=One-Click} to,
 *       with {@code {token}} where the token stands ({@link UnsubscribeToken}); required
 *   <li>{@code mailto}: a mailto URI for others, in which {@code {token}} may stand; default none
 *   <li>{@code secretFile}: as of {@link Srs}; the web application reads it too; required
 *   <li>{@code list}: what is unsubscribed from; default: the identifier in List-Id, else the
 *       sender
 *   <li>{@code existing}: a mail with List-Unsubscribe is left alone ({@code keep}), or gets ours
 *       instead ({@code replace}); default {@code keep}
 *   <li>{@code severalRecipients}: such a mail is split, as {@link Verp} does, or passes with a
 *       warning ({@code pass}): a token is for one recipient only; default {@code split}
 *   <li>{@code maxRecipients}: as of {@link Verp}; default 100
 * </ul>
 *
 * <p>Mail without a sender is left alone, and so is, with a warning in the log, one with a line in
 * its header that is no field (RFC 5322 section 2.2). Both fields must be signed (RFC 8058 section
 * 4): {@link DkimSign} does so by default. Put the mailet before {@code DkimSign} and before {@code
 * Verp}.
 */
public class ListUnsubscribe extends GenericMailet {
  static final String FIELD = "List-Unsubscribe";
  static final String POST_FIELD = "List-Unsubscribe-Post";

  private static final Logger LOGGER = LoggerFactory.getLogger(ListUnsubscribe.class);
  private static final Set<String> PARAMETERS =
      Set.of(
          "uri", "mailto", "secretFile", "list", "existing", "severalRecipients", "maxRecipients");
  private static final int MOST_RECIPIENTS = 10_000;

  /** A URI is not folded, and a line has 998 characters (RFC 5322 section 2.1.1). */
  private static final int LONGEST_URI = 960;

  private final FileSystem fileSystem;
  private final Clock clock;

  private @Nullable UriTemplate uri;
  private @Nullable UriTemplate mailto;
  private @Nullable Secrets secrets;
  private Optional<String> list = Optional.empty();
  private boolean replaces;
  private boolean splits;
  private int maxRecipients;

  @Inject
  public ListUnsubscribe(FileSystem fileSystem) {
    this(fileSystem, Clock.systemUTC());
  }

  ListUnsubscribe(FileSystem fileSystem, Clock clock) {
    this.fileSystem = fileSystem;
    this.clock = clock;
  }

  @Override
  public void init() throws MessagingException {
    Parameters.read(getMailetConfig(), PARAMETERS, this::read);
  }

  private void read(Parameters parameters) throws MessagingException {
    uri = template(parameters, "uri", "https://refused.invalid/{token}", UriTemplate::https);
    mailto =
        parameters.optional("mailto").isPresent()
            ? template(parameters, "mailto", "", UriTemplate::mailto)
            : null;
    list = parameters.optional("list");
    if (list.filter(name -> name.chars().anyMatch(Character::isISOControl)).isPresent()) {
      throw parameters.refusal("list", "stands on one line");
    }
    replaces = parameters.oneOf("existing", "keep", Set.of("keep", "replace")).equals("replace");
    splits =
        parameters.oneOf("severalRecipients", "split", Set.of("split", "pass")).equals("split");
    maxRecipients = parameters.within("maxRecipients", 100, 1, MOST_RECIPIENTS);
    secrets = SecretsParameter.read(parameters, fileSystem);
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    if (!mail.hasSender() || (!replaces && hasField(mail))) {
      return;
    }
    if (!splits && mail.getRecipients().size() > 1) {
      LOGGER.warn(
          "mailet ListUnsubscribe: mail {} passes as it is: it has {} recipients",
          mail.getName(),
          mail.getRecipients().size());
      return;
    }
    if (!EditedHeader.mayReplace(mail)) {
      return;
    }
    if (new RecipientSplit(getMailetContext(), "ListUnsubscribe", maxRecipients).toOne(mail)) {
      add(mail);
    }
  }

  @Override
  public String getMailetInfo() {
    return "ListUnsubscribe";
  }

  private static UriTemplate template(
      Parameters parameters, String name, String standIn, Function<String, UriTemplate> reader)
      throws MessagingException {
    String text = parameters.required(name, standIn);
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw parameters.refusal(name, "is wrong: " + e.getMessage() + ", not '" + text + "'");
    }
  }

  private static boolean hasField(Mail mail) throws MessagingException {
    return RawHeaders.of(mail.getMessage()).fields().stream()
        .anyMatch(field -> !field.removed() && field.is(FIELD));
  }

  private void add(Mail mail) throws MessagingException {
    String recipient = mail.getRecipients().iterator().next().asString();
    String name = list.isPresent() ? list.get() : ListName.of(mail);
    long today = LocalDate.now(clock.withZone(ZoneOffset.UTC)).toEpochDay();
    String token =
        new UnsubscribeToken(today, recipient, name)
            .signed(Objects.requireNonNull(secrets, "init"));
    String link = Objects.requireNonNull(uri, "init").expand(token);
    String address = mailto == null ? "" : mailto.expand(token);
    if (link.length() > LONGEST_URI || address.length() > LONGEST_URI) {
      LOGGER.warn(
          "mailet ListUnsubscribe: mail {} passes as it is: its URI is too long", mail.getName());
      return;
    }
    RawHeaders headers = RawHeaders.of(mail.getMessage());
    HeaderEdit edit = new HeaderEdit(headers.fields());
    edit.forEach(
        field -> field.is(FIELD) || field.is(POST_FIELD) ? Optional.empty() : Optional.of(field));
    String others = address.isEmpty() ? "" : "," + edit.lineEnd() + " <" + address + ">";
    edit.append(FIELD + ": <" + link + ">" + others);
    edit.append(POST_FIELD + ": List-Unsubscribe=One-Click");
    headers.setFields(edit.fields());
  }
}
