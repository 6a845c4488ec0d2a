/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.List;
import javax.mail.MessagingException;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.posthouse.mailets.AuthenticationAttributes;

/**
 * Matches mail by what CheckAuthentication found by DMARC (RFC 9989): {@code pass}, {@code fail},
 * {@code none} (the author's domain publishes nothing), {@code temperror}, or {@code permerror}: no
 * From that can be read, several of them, or a record that is broken. Of authors of several domains
 * the worst result counts. Several results are separated by commas; each may name the policy that
 * applies to mail that fails: {@code none}, {@code quarantine} or {@code reject}.
 *
 * <pre>{@code
 * <mailet match="DmarcIs=fail:reject, permerror" class="ToProcessor">
 *   <processor>forged</processor>
 * </mailet>
 * <mailet match="DmarcIs=fail:quarantine" class="SetMimeHeader">
 *   <name>X-Suspicious</name>
 *   <value>yes</value>
 * </mailet>
 * }</pre>
 */
public class DmarcIs extends AuthenticationMatcher {
  private static final List<String> RESULTS =
      List.of("pass", "fail", "none", "temperror", "permerror");
  private static final List<String> POLICIES = List.of("none", "quarantine", "reject");

  @Override
  List<String> results() {
    return RESULTS;
  }

  @Override
  AttributeName attribute() {
    return AuthenticationAttributes.DMARC;
  }

  @Override
  void readDetail(String word, String detail) throws MessagingException {
    check(List.of(detail), "policy", POLICIES);
  }

  @Override
  boolean matches(Mail mail, String result, String detail) {
    return text(mail, attribute()).filter(result::equals).isPresent()
        && text(mail, AuthenticationAttributes.DMARC_POLICY).filter(detail::equals).isPresent();
  }

  @Override
  public String getMatcherInfo() {
    return "DmarcIs=fail:reject";
  }
}
