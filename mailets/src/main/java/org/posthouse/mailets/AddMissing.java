/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import com.google.common.collect.ImmutableSortedSet;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.posthouse.message.DateTime;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.RawHeaders;

/**
 * Adds the fields that a mail should have and does not (RFC 6409 section 8, RFC 5322 section 3.6):
 * below all others, and nothing else changes. A mail with a line in its header that is no field
 * (RFC 5322 section 2.2) stays as it came, with a warning in the log.
 *
 * <pre>{@code
 * <mailet match="All" class="AddMissing">
 *   <fields>Message-ID, Date, MIME-Version</fields>
 *   <domain>example.com</domain>
 *   <mimeVersion>withMimeFields</mimeVersion>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code fields}: some of {@code Message-ID}, {@code Date} and {@code MIME-Version}, case
 *       aside; default all three
 *   <li>{@code domain}: what stands behind the at sign of a Message-ID; default: the domain of the
 *       reverse-path, the host name for mail from none
 *   <li>{@code mimeVersion}: {@code always}, or only {@code withMimeFields}, when a field begins
 *       with {@code Content-} (RFC 2045 section 4); default {@code withMimeFields}
 * </ul>
 */
public class AddMissing extends GenericMailet {
  private static final String MESSAGE_ID = "Message-ID";
  private static final String DATE = "Date";
  private static final String MIME_VERSION = "MIME-Version";
  private static final String WITH_MIME_FIELDS = "withMimeFields";

  /** Their names have no case (RFC 5322 section 1.2.2). */
  private static final ImmutableSortedSet<String> FIELDS =
      ImmutableSortedSet.orderedBy(String.CASE_INSENSITIVE_ORDER)
          .add(MESSAGE_ID, DATE, MIME_VERSION)
          .build();

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  private Set<String> fields = FIELDS;
  private Optional<String> domain = Optional.empty();
  private boolean always;

  /** Takes the time from the system. */
  public AddMissing() {
    this(Clock.system(ZoneId.systemDefault()));
  }

  AddMissing(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void init() throws MessagingException {
    Parameters.read(getMailetConfig(), Set.of("fields", "domain", "mimeVersion"), this::read);
  }

  private void read(Parameters parameters) throws MessagingException {
    fields =
        ImmutableSortedSet.copyOf(
            String.CASE_INSENSITIVE_ORDER, parameters.choices("fields", FIELDS, FIELDS));
    domain =
        parameters.optional("domain").isPresent()
            ? Optional.of(parameters.name("domain"))
            : Optional.empty();
    always =
        parameters
            .choice("mimeVersion", Set.of("always", WITH_MIME_FIELDS), WITH_MIME_FIELDS)
            .equals("always");
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    HeaderEdit edit = new HeaderEdit(RawHeaders.of(mail.getMessage()).fields());
    if (isMissing(MESSAGE_ID, edit)) {
      edit.append(MESSAGE_ID + ": " + messageId(mail));
    }
    if (isMissing(DATE, edit)) {
      edit.append(DATE + ": " + DateTime.text(ZonedDateTime.now(clock)));
    }
    if (isMissing(MIME_VERSION, edit) && (always || hasMimeFields(edit))) {
      edit.append(MIME_VERSION + ": 1.0");
    }
    EditedHeader.put(mail, edit);
  }

  @Override
  public String getMailetInfo() {
    return "AddMissing";
  }

  private boolean isMissing(String name, HeaderEdit edit) {
    return fields.contains(name) && !edit.has(name);
  }

  private static boolean hasMimeFields(HeaderEdit edit) {
    return edit.fields().stream()
        .anyMatch(field -> field.name().regionMatches(true, 0, "Content-", 0, 8));
  }

  private String messageId(Mail mail) {
    String unique = new BigInteger(128, random).toString(Character.MAX_RADIX);
    return "<" + clock.millis() + "." + unique + "@" + domain.orElseGet(() -> domain(mail)) + ">";
  }

  /** Only a name can stand there: no literal, nothing beyond ASCII. */
  private static String domain(Mail mail) {
    return mail.getMaybeSender()
        .asOptional()
        .map(sender -> sender.getDomain().asString().toLowerCase(Locale.ROOT))
        .filter(name -> name.matches("[a-z0-9._-]{1,255}"))
        .orElseGet(HostName::get);
  }
}
