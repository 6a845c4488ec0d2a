/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;

/**
 * Matches mail of clients that logged in by one of some mechanisms of SASL, separated by commas.
 *
 * <pre>{@code
 * <mailet match="AuthenticatedBy=PLAIN, LOGIN" class="SetMimeHeader">
 *   <name>X-Login</name>
 *   <value>by password</value>
 * </mailet>
 * }</pre>
 */
public class AuthenticatedBy extends RightMatcher {
  private static final List<String> KNOWN =
      List.of(
          "external",
          "login",
          "oauthbearer",
          "plain",
          "scram-sha-256",
          "scram-sha-256-plus",
          "xoauth2");

  private Set<String> wanted = Set.of();

  @Override
  void read(String condition) throws MessagingException {
    wanted = wordsOf(condition, "mechanism", KNOWN);
  }

  @Override
  boolean matches(Mail mail) {
    return text(mail, RightAttributes.MECHANISM)
        .map(name -> name.toLowerCase(Locale.ROOT))
        .filter(wanted::contains)
        .isPresent();
  }

  @Override
  public String getMatcherInfo() {
    return "AuthenticatedBy=SCRAM-SHA-256, EXTERNAL";
  }
}
