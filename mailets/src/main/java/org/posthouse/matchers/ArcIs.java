/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.List;
import javax.mail.MessagingException;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.posthouse.mailets.AuthenticationAttributes;

/**
 * Matches mail by what CheckAuthentication found by ARC (RFC 8617): {@code pass}, {@code fail},
 * {@code none} or {@code temperror}. Several are separated by commas. A chain that passes says who
 * handed the mail on, not that they are honest: so {@code pass} may name the domain of the last
 * seal, in which a * stands for any characters at its begin or end.
 *
 * <pre>{@code
 * <mailet match="ArcIs=pass:lists.partner.example" class="ToProcessor">
 *   <processor>partner</processor>
 * </mailet>
 * <mailet match="ArcIs=fail" class="SetMimeHeader">
 *   <name>X-Chain</name>
 *   <value>broken</value>
 * </mailet>
 * }</pre>
 */
public class ArcIs extends AuthenticationMatcher {
  private static final List<String> RESULTS = List.of("pass", "fail", "none", "temperror");

  @Override
  List<String> results() {
    return RESULTS;
  }

  @Override
  AttributeName attribute() {
    return AuthenticationAttributes.ARC;
  }

  @Override
  void readDetail(String word, String detail) throws MessagingException {
    checkDomain(word, detail);
    if (!word.startsWith("pass:")) {
      throw refusal("'" + word + "': only a chain that passes has a domain");
    }
  }

  @Override
  boolean matches(Mail mail, String result, String detail) {
    return text(mail, attribute()).filter(result::equals).isPresent()
        && text(mail, AuthenticationAttributes.ARC_SEALER)
            .filter(NamePattern.parse(detail)::matches)
            .isPresent();
  }

  @Override
  public String getMatcherInfo() {
    return "ArcIs=pass:lists.example.com";
  }
}
