/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.function.Predicate;
import javax.mail.MessagingException;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.posthouse.returnpath.Mailbox;
import org.posthouse.returnpath.VariableReturnPath;

/**
 * Matches recipients that are return paths of one of some addresses, separated by commas: {@code
 * bounces+token@example.com} and {@code bounces-token@example.com} of {@code bounces@example.com}.
 * Whether the token is good is for the mailet {@code Verp} to say.
 *
 * <pre>{@code
 * <mailet match="VerpAddress=bounces@example.com" class="ToProcessor">
 *   <processor>returned</processor>
 * </mailet>
 * }</pre>
 */
public class VerpAddress extends ReturnAddressMatcher {
  @Override
  Predicate<Mailbox> read(String word) throws MessagingException {
    try {
      MailAddress address = new MailAddress(word);
      Mailbox base = Mailbox.of(address.getLocalPart(), address.getDomain().asString());
      return mailbox ->
          VariableReturnPath.isReturnPath(mailbox, base, '+')
              || VariableReturnPath.isReturnPath(mailbox, base, '-');
    } catch (AddressException e) {
      throw refusal("'" + word + "' is no address");
    }
  }

  @Override
  public String getMatcherInfo() {
    return "VerpAddress=bounces@example.com";
  }
}
