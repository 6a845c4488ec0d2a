/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.mail.MessagingException;
import org.posthouse.spelling.NearestName;

/** What becomes of a signature whose key the DNS contradicts. */
enum DnsReaction {
  /** The DNS is not asked. */
  OFF,
  /** It is made, and the log says that it will not verify. */
  EVENT,
  /** It is left out. */
  SKIP,
  /** The mail waits. */
  DEFER;

  static DnsReaction parse(String text) throws MessagingException {
    List<String> words = Arrays.stream(values()).map(DnsReaction::word).toList();
    if (!words.contains(text)) {
      throw new MessagingException(
          "mailet DkimSign: "
              + NearestName.complaint("<checkDns> is not '" + text + "'", text, words));
    }
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
