/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.List;
import javax.mail.MessagingException;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.posthouse.mailets.AuthenticationAttributes;

/**
 * Matches mail by what CheckAuthentication found by SPF: {@code pass}, {@code fail}, {@code
 * softfail}, {@code neutral}, {@code none}, {@code temperror} or {@code permerror} (RFC 7208
 * section 2.6). Several are separated by commas; each may name the domain that was checked, in
 * which a * stands for any characters at its begin or end.
 *
 * <pre>{@code
 * <mailet match="SpfIs=fail, softfail" class="SetMimeHeader">
 *   <name>X-Spoofed</name>
 *   <value>perhaps</value>
 * </mailet>
 * <mailet match="SpfIs=pass:partner.example, pass:*.partner.example" class="ToProcessor">
 *   <processor>partner</processor>
 * </mailet>
 * }</pre>
 */
public class SpfIs extends AuthenticationMatcher {
  private static final List<String> RESULTS =
      List.of("pass", "fail", "softfail", "neutral", "none", "temperror", "permerror");

  @Override
  List<String> results() {
    return RESULTS;
  }

  @Override
  AttributeName attribute() {
    return AuthenticationAttributes.SPF;
  }

  @Override
  void readDetail(String word, String detail) throws MessagingException {
    checkDomain(word, detail);
  }

  @Override
  boolean matches(Mail mail, String result, String detail) {
    return text(mail, attribute()).filter(result::equals).isPresent()
        && text(mail, AuthenticationAttributes.SPF_DOMAIN)
            .filter(NamePattern.parse(detail)::matches)
            .isPresent();
  }

  @Override
  public String getMatcherInfo() {
    return "SpfIs=fail, softfail";
  }
}
