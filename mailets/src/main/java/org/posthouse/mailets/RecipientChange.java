/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.Mail;
import org.apache.mailet.PerRecipientHeaders.Header;
import org.jspecify.annotations.Nullable;

/**
 * Recipients that become others. What a mail says of a recipient goes along: headers of its own,
 * and what the sender wants to hear of its delivery. The address that the sender gave stays the
 * original recipient, as in Postfix (RFC 3461 section 5.2.1).
 */
public final class RecipientChange {
  /** Values of ORCPT as they came, by the text of the recipient's address. */
  private static final AttributeName ORIGINAL_AS_IT_CAME = AttributeName.of("org.posthouse.orcpt");

  private final Mail mail;

  private final Map<MailAddress, List<MailAddress>> changes;

  private RecipientChange(Mail mail, Map<MailAddress, List<MailAddress>> changes) {
    this.mail = mail;
    this.changes = changes;
  }

  /**
   * Changes recipients; of those that become equal one is left, with all reports that are wanted of
   * any of them.
   *
   * @param changes what some become: another address, several, or none
   */
  public static void apply(Mail mail, Map<MailAddress, List<MailAddress>> changes) {
    if (!changes.isEmpty()) {
      RecipientChange change = new RecipientChange(mail, changes);
      Map<MailAddress, List<MailAddress>> originals = change.originals();
      change.moveHeaders();
      change.moveReports(originals);
      change.moveOriginals(originals);
      mail.setRecipients(originals.keySet());
    }
  }

  /** Writes a line into the log for each of them that is not left out. */
  public static void log(Mail mail, Map<MailAddress, List<MailAddress>> changes) {
    MailLog.redirected(mail, changes);
  }

  /** The new recipients, each with those that it was. */
  private Map<MailAddress, List<MailAddress>> originals() {
    Map<MailAddress, List<MailAddress>> originals = new LinkedHashMap<>();
    for (MailAddress each : mail.getRecipients()) {
      changes
          .getOrDefault(each, List.of(each))
          .forEach(
              target -> originals.computeIfAbsent(target, none -> new ArrayList<>()).add(each));
    }
    return originals;
  }

  private void moveHeaders() {
    changes.forEach(
        (before, after) -> {
          Collection<Header> headers =
              mail.getPerRecipientSpecificHeaders().getHeadersForRecipient(before);
          after.stream()
              .filter(target -> !target.equals(before))
              .forEach(
                  target ->
                      headers.forEach(
                          header -> mail.addSpecificHeaderForRecipient(header, target)));
        });
  }

  private void moveReports(Map<MailAddress, List<MailAddress>> originals) {
    Optional<DsnParameters> before = mail.dsnParameters();
    Map<MailAddress, RecipientDsnParameters> wanted =
        before
            .<Map<MailAddress, RecipientDsnParameters>>map(DsnParameters::getRcptParameters)
            .orElse(Map.of());
    ImmutableMap.Builder<MailAddress, RecipientDsnParameters> after = ImmutableMap.builder();
    originals.forEach(
        (now, each) ->
            ReportWishes.united(each.stream().map(was -> said(wanted.get(was), was, now)).toList())
                .ifPresent(parameters -> after.put(now, parameters)));
    DsnParameters.of(
            before.flatMap(DsnParameters::getEnvIdParameter),
            before.flatMap(DsnParameters::getRetParameter),
            after.build())
        .ifPresent(mail::setDsnParameters);
  }

  /** The address that the sender wrote stays the original one (RFC 3461, section 5.2.1). */
  private static Optional<RecipientDsnParameters> said(
      @Nullable RecipientDsnParameters wanted, MailAddress was, MailAddress now) {
    Optional<RecipientDsnParameters> own = Optional.ofNullable(wanted);
    return now.equals(was)
        ? own
        : RecipientDsnParameters.of(
            own.flatMap(RecipientDsnParameters::getNotifyParameter),
            own.flatMap(RecipientDsnParameters::getOrcptParameter).or(() -> asXtext(was)));
  }

  /**
   * James keeps ORCPT as it came: in xtext, where a plus sign begins an escape (section 4). Empty
   * where James takes that for no address.
   */
  private static Optional<MailAddress> asXtext(MailAddress address) {
    String text = address.asString();
    if (!text.chars().allMatch(c -> c < 0x80)) {
      return Optional.of(address); // it is written in another way (RFC 6533, section 3)
    }
    try {
      return Optional.of(new MailAddress(DsnParameters.XText.encode(text)));
    } catch (AddressException e) {
      return Optional.empty();
    }
  }

  private void moveOriginals(Map<MailAddress, List<MailAddress>> originals) {
    Map<?, ?> before =
        mail.getAttribute(ORIGINAL_AS_IT_CAME)
            .map(attribute -> (Object) attribute.getValue().value())
            .filter(Map.class::isInstance)
            .<Map<?, ?>>map(all -> (Map<?, ?>) all)
            .orElse(Map.of());
    Map<String, AttributeValue<?>> after = new TreeMap<>();
    originals.forEach(
        (now, each) ->
            each.stream()
                .map(was -> before.get(was.asString()))
                .filter(AttributeValue.class::isInstance)
                .findFirst()
                .ifPresent(value -> after.put(now.asString(), (AttributeValue<?>) value)));
    if (!before.isEmpty()) {
      mail.setAttribute(new Attribute(ORIGINAL_AS_IT_CAME, AttributeValue.of(after)));
    }
  }
}
