/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.List;
import javax.mail.MessagingException;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.posthouse.mailets.AuthenticationAttributes;

/**
 * Matches mail by what CheckAuthentication found by DKIM: {@code pass}, {@code fail}, {@code
 * neutral}, {@code policy} (a key or algorithm too weak), {@code temperror}, {@code permerror}, or
 * {@code none} for mail without signature (RFC 8601 section 2.7.1). Several are separated by
 * commas. Of several signatures the best decides. With a domain, any signature of that domain (d=)
 * may have the result; a * stands for any characters at the begin or end of the domain.
 *
 * <pre>{@code
 * <mailet match="DkimIs=pass:example.com, pass:*.example.com" class="ToProcessor">
 *   <processor>branch</processor>
 * </mailet>
 * <mailet match="DkimIs=fail, permerror" class="SetMimeHeader">
 *   <name>X-Altered</name>
 *   <value>perhaps</value>
 * </mailet>
 * }</pre>
 */
public class DkimIs extends AuthenticationMatcher {
  private static final List<String> RESULTS =
      List.of("pass", "fail", "neutral", "policy", "none", "temperror", "permerror");

  @Override
  List<String> results() {
    return RESULTS;
  }

  @Override
  AttributeName attribute() {
    return AuthenticationAttributes.DKIM;
  }

  @Override
  void readDetail(String word, String detail) throws MessagingException {
    checkDomain(word, detail);
    if (word.startsWith("none:")) {
      throw refusal("'" + word + "': mail without signature has no domain");
    }
  }

  @Override
  boolean matches(Mail mail, String result, String detail) {
    NamePattern domain = NamePattern.parse(detail);
    String prefix = result + ":";
    return texts(mail, AuthenticationAttributes.DKIM_SIGNATURES)
        .filter(signature -> signature.startsWith(prefix))
        .anyMatch(signature -> domain.matches(signature.substring(prefix.length())));
  }

  @Override
  public String getMatcherInfo() {
    return "DkimIs=pass:example.com";
  }
}
