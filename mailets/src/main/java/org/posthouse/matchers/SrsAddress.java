/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.function.Predicate;
import javax.mail.MessagingException;
import org.posthouse.returnpath.Mailbox;
import org.posthouse.returnpath.SenderRewriting;

/**
 * Matches recipients that look like senders rewritten by SRS into one of some domains, separated by
 * commas. Whether they are is for the mailet {@code Srs} to say.
 *
 * <pre>{@code
 * <mailet match="SrsAddress=srs.example.com" class="ToProcessor">
 *   <processor>returned</processor>
 * </mailet>
 * }</pre>
 */
public class SrsAddress extends ReturnAddressMatcher {
  @Override
  Predicate<Mailbox> read(String word) throws MessagingException {
    if (word.indexOf('@') >= 0) {
      throw refusal("'" + word + "' is an address; it takes domains");
    }
    return mailbox -> SenderRewriting.isRewritten(mailbox, word);
  }

  @Override
  public String getMatcherInfo() {
    return "SrsAddress=srs.example.com";
  }
}
