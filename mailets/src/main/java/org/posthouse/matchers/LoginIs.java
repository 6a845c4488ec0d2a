/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.List;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;

/**
 * Matches mail of some identities: who logged in, or whom a certificate, network or host stands
 * for. Names are separated by commas; case does not count, and a * stands for any characters at the
 * begin or end of a name.
 *
 * <pre>{@code
 * <mailet match="LoginIs=alice, bob@example.com, *@example.org" class="ToProcessor">
 *   <processor>people</processor>
 * </mailet>
 * }</pre>
 */
public class LoginIs extends RightMatcher {
  private List<NamePattern> wanted = List.of();

  @Override
  void read(String condition) throws MessagingException {
    wanted = words(condition).stream().map(NamePattern::parse).toList();
    Optional<NamePattern> wrong = wanted.stream().filter(each -> !each.isReadable()).findFirst();
    if (wrong.isPresent()) {
      throw refusal(
          "a * stands at the begin or end of a name, not within '" + wrong.get().text() + "'");
    }
  }

  @Override
  boolean matches(Mail mail) {
    return identity(mail)
        .filter(name -> wanted.stream().anyMatch(each -> each.matches(name)))
        .isPresent();
  }

  @Override
  public String getMatcherInfo() {
    return "LoginIs=alice, *@example.com";
  }
}
