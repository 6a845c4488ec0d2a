/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;

/**
 * Matches mail by what gave its client the right to hand it in: {@code login}, {@code certificate},
 * {@code network}, {@code host}, {@code local} for mail from anyone to the relay's own addresses,
 * forwarded or not, or {@code relay} for mail that the relay wrote, such as a bounce. Several are
 * separated by commas.
 *
 * <pre>{@code
 * <mailet match="RelayRight=network, host" class="SetMimeHeader">
 *   <name>X-Machine</name>
 *   <value>yes</value>
 * </mailet>
 * }</pre>
 *
 * <p>In a stock James, which records less, {@code login} is mail with a login and {@code network}
 * other mail that may be relayed.
 */
public class RelayRight extends RightMatcher {
  private static final List<String> KNOWN =
      List.of("login", "certificate", "network", "host", "local", "relay");
  private static final AttributeName STOCK_NETWORK =
      AttributeName.of("org.apache.james.SMTPIsAuthNetwork");

  private Set<String> wanted = Set.of();

  @Override
  void read(String condition) throws MessagingException {
    wanted = wordsOf(condition, "right", KNOWN);
  }

  @Override
  boolean matches(Mail mail) {
    return text(mail, RightAttributes.HOW)
        .or(() -> stock(mail))
        .filter(wanted::contains)
        .isPresent();
  }

  private static Optional<String> stock(Mail mail) {
    if (mail.getAttribute(Mail.SMTP_AUTH_USER).isPresent()) {
      return Optional.of("login");
    }
    if (mail.getAttribute(STOCK_NETWORK).isPresent()) {
      return Optional.of("network");
    }
    return mail.getAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE.getName()).map(attribute -> "relay");
  }

  @Override
  public String getMatcherInfo() {
    return "RelayRight=login, certificate, network, host, local or relay";
  }
}
