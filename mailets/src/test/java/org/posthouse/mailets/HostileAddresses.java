/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;

/** Addresses that strangers choose and James takes, the same in every run. */
final class HostileAddresses {
  private static final String ATEXT = "aB1=+-_/%!&*{}|~^'`#$";
  private static final String QUOTED = ATEXT + " @<>(),;:[].=\t";

  private HostileAddresses() {}

  static List<MailAddress> all() {
    List<MailAddress> addresses = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 400; i++) {
      boolean quotes = i % 2 == 0;
      StringBuilder local = new StringBuilder();
      for (int length = 1 + random.nextInt(60); local.length() < length; ) {
        String alphabet = quotes ? QUOTED : ATEXT;
        local.append(alphabet.charAt(random.nextInt(alphabet.length())));
        if (quotes && random.nextInt(10) == 0) {
          local.append("\\").append(random.nextBoolean() ? "\\" : "\"");
        }
      }
      String written = quotes ? "\"" + local + "\"" : local.toString();
      String host = i % 7 == 0 ? "[192.0.2." + i % 250 + "]" : "Host-" + i + ".example";
      taken(written + "@" + host).ifPresent(addresses::add);
    }
    return addresses;
  }

  /** One that James does not take does not arrive. */
  private static Optional<MailAddress> taken(String text) {
    try {
      return Optional.of(new MailAddress(text));
    } catch (AddressException e) {
      return Optional.empty();
    }
  }
}
