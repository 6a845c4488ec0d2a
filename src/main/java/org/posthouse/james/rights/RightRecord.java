/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.Identity;
import org.posthouse.identity.rights.RelayRight;
import org.posthouse.identity.rights.RelayRight.How;
import org.posthouse.identity.rights.RelayRight.Tls;
import org.posthouse.matchers.RightAttributes;

/** Records on a mail by which right it was taken; for stock's matchers, too. */
public final class RightRecord {
  /** What SMTPIsAuthNetwork looks for. */
  private static final AttributeName STOCK_NETWORK =
      AttributeName.of("org.apache.james.SMTPIsAuthNetwork");

  private RightRecord() {}

  /**
   * Sets the attributes, in the place of whatever the mail has of them. To be called after stock's
   * hooks, which know sessions only: of mail that was taken for local addresses what they say of a
   * right is taken away.
   */
  public static void write(Mail mail, RelayRight right) {
    RightAttributes.ALL.forEach(mail::removeAttribute);
    set(mail, RightAttributes.HOW, right.how().name().toLowerCase(Locale.ROOT));
    set(mail, RightAttributes.REASON, right.reason());
    set(mail, RightAttributes.RULE, right.rule());
    set(mail, RightAttributes.CLIENT, right.client().address().getHostAddress());
    set(mail, RightAttributes.NETWORK, right.network());
    set(mail, RightAttributes.CREDENTIAL, right.credential());
    set(mail, RightAttributes.MECHANISM, right.mechanism());
    Optional.ofNullable(right.client().identity()).ifPresent(who -> write(mail, who));
    Optional.ofNullable(right.tls()).ifPresent(tls -> write(mail, tls));
    writeForStock(mail, right);
  }

  private static void write(Mail mail, Identity who) {
    set(mail, RightAttributes.IDENTITY, who.name());
    set(mail, RightAttributes.SOURCE, who.source());
    setAll(mail, RightAttributes.GROUPS, who.groups());
  }

  private static void write(Mail mail, Tls tls) {
    set(mail, RightAttributes.TLS_VERSION, tls.version());
    set(mail, RightAttributes.TLS_CIPHER, tls.cipher());
    set(mail, RightAttributes.CERTIFICATE_SUBJECT, tls.subject());
    set(mail, RightAttributes.CERTIFICATE_FINGERPRINT, tls.fingerprint());
  }

  /** A certificate is a login to stock; whoever may relay is of its networks, logged in or not. */
  private static void writeForStock(Mail mail, RelayRight right) {
    mail.removeAttribute(Mail.SMTP_AUTH_USER);
    mail.removeAttribute(STOCK_NETWORK);
    mail.removeAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE.getName());
    if (right.how() == How.LOCAL) {
      return;
    }
    mail.setAttribute(new Attribute(STOCK_NETWORK, AttributeValue.of(true)));
    Identity who = right.client().identity();
    if (who != null && (right.how() == How.LOGIN || right.how() == How.CERTIFICATE)) {
      set(mail, Mail.SMTP_AUTH_USER, who.name());
    }
  }

  /** Adds why a mail is marked. */
  static void mark(Mail mail, String reason) {
    List<String> marks = new ArrayList<>();
    mail.getAttribute(RightAttributes.MARKS)
        .map(attribute -> attribute.getValue().value())
        .filter(Collection.class::isInstance)
        .ifPresent(
            all ->
                ((Collection<?>) all)
                    .forEach(
                        each -> marks.add(String.valueOf(((AttributeValue<?>) each).value()))));
    marks.add(reason);
    setAll(mail, RightAttributes.MARKS, marks);
  }

  static void set(Mail mail, AttributeName name, @Nullable String value) {
    if (value != null) {
      mail.setAttribute(new Attribute(name, AttributeValue.of(value)));
    }
  }

  private static void setAll(Mail mail, AttributeName name, Collection<String> values) {
    List<AttributeValue<?>> all = new ArrayList<>();
    values.forEach(value -> all.add(AttributeValue.of(value)));
    mail.setAttribute(new Attribute(name, AttributeValue.of(all)));
  }
}
