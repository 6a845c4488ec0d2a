/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.james.mime4j.field.address.LenientAddressParser;
import org.posthouse.identity.rights.Mailbox;

/**
 * What a lenient reader, mime4j's, makes of a list of mailboxes. Where it sees other addresses than
 * {@link MailboxReader} some recipient's program may do so, too.
 */
final class SecondOpinion {
  private static final Pattern BEYOND_ASCII = Pattern.compile("[^\\x00-\\x7f]");
  private static final Pattern QUOTING = Pattern.compile("[\"\\\\]");

  private SecondOpinion() {}

  /** Fails when the two do not agree. */
  static void require(String field, String text, List<Mailbox> mailboxes) throws Ambiguity {
    List<String> seen = new ArrayList<>();
    for (org.apache.james.mime4j.dom.address.Mailbox each :
        LenientAddressParser.DEFAULT.parseAddressList(ascii(text)).flatten()) {
      boolean plain = each.getRoute() == null || each.getRoute().isEmpty();
      seen.add(plain ? normal(each.getLocalPart(), each.getDomain()) : "");
    }
    if (!seen.equals(mailboxes.stream().map(SecondOpinion::normal).toList())) {
      throw new Ambiguity(field + " is read in different ways");
    }
  }

  /** It takes octets for characters; to the grammar all beyond ASCII are letters (RFC 6532). */
  private static String ascii(String text) {
    return BEYOND_ASCII.matcher(text).replaceAll("u");
  }

  private static String normal(Mailbox mailbox) {
    String address = ascii(mailbox.address());
    int at = address.lastIndexOf('@');
    return normal(address.substring(0, at), address.substring(at + 1));
  }

  /** Quotes and backslashes apart, about which there is nothing to disagree. */
  private static String normal(String local, String domain) {
    return (QUOTING.matcher(local).replaceAll("") + "@" + domain).toLowerCase(Locale.ROOT);
  }
}
