/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;

/**
 * Values of ORCPT that James' parameters of reports do not hold, by recipient: addresses of other
 * types than rfc822 (RFC 3461, section 4.2; RFC 6533, section 3), and what James would change. They
 * stay with the mail as an attribute.
 */
public final class OriginalRecipients {
  private static final AttributeName ATTRIBUTE = AttributeName.of("org.posthouse.orcpt");

  private OriginalRecipients() {}

  /**
   * Notes them.
   *
   * @param values of ORCPT as they came, by the text of the recipient's address
   */
  public static void add(Mail mail, Map<String, String> values) {
    if (!values.isEmpty()) {
      Map<String, AttributeValue<?>> all = new TreeMap<>();
      values.forEach((recipient, value) -> all.put(recipient, AttributeValue.of(value)));
      mail.setAttribute(new Attribute(ATTRIBUTE, AttributeValue.of(all)));
    }
  }

  /** The value of a recipient as it came; empty when there is none here. */
  public static Optional<String> of(Mail mail, String recipient) {
    return mail.getAttribute(ATTRIBUTE)
        .map(attribute -> (Object) attribute.getValue().value())
        .filter(Map.class::isInstance)
        .map(all -> ((Map<?, ?>) all).get(recipient))
        .filter(AttributeValue.class::isInstance)
        .map(value -> String.valueOf((Object) ((AttributeValue<?>) value).value()));
  }
}
