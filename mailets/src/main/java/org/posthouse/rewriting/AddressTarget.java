/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.Optional;

/**
 * What a table says an address becomes.
 *
 * @param localPart as it is written; empty for the local part that is there
 */
record AddressTarget(String localPart, String domain) {
  /**
   * Reads {@code user@domain}, {@code @domain}, or a user for the domain {@code origin}. An
   * international domain is written in A-labels.
   *
   * @param origin empty where there is none
   * @throws IllegalArgumentException when it is none of them; the message says why
   */
  static AddressTarget read(String text, String origin) {
    String full = text.indexOf('@') < 0 && !origin.isEmpty() ? text + "@" + origin : text;
    if (full.startsWith("@") && Address.isDomain(full.substring(1))) {
      return new AddressTarget("", written(full.substring(1)));
    }
    Address address =
        Optional.of(full)
            .filter(AddressTarget::isWrittenOut)
            .flatMap(Address::parse)
            .orElseThrow(() -> new IllegalArgumentException(complaint(text)));
    if (!HeaderText.isAscii(address.localPart())) {
      throw new IllegalArgumentException(
          "the local part of '" + text + "' is not ASCII, which not every recipient's host takes");
    }
    return new AddressTarget(address.localPart(), written(address.domain()));
  }

  /**
   * The address that stands in place of the one that was found.
   *
   * @param user of the address that was found, without its extension where that was left out
   * @param extension what is appended to the user, with its delimiter; empty for nothing
   */
  Optional<Address> of(Address found, String user, String extension) {
    Address base =
        localPart.isEmpty()
            ? found.withDomain(domain).withUser(user + extension)
            : new Address(localPart, domain);
    Address whole =
        localPart.isEmpty() || extension.isEmpty() ? base : base.withUser(base.user() + extension);
    return Optional.of(whole).filter(Address::isUsable);
  }

  /** Nothing is to be guessed: quotes that are needed are there, and a domain is a host's name. */
  private static boolean isWrittenOut(String address) {
    int at = address.lastIndexOf('@');
    String local = address.substring(0, Math.max(0, at));
    boolean quoted = local.length() > 1 && local.startsWith("\"") && local.endsWith("\"");
    return (quoted || !local.matches(".*[@\"].*"))
        && !address.substring(at + 1).matches("(.*[.])?-.*|.*-([.].*)?");
  }

  private static String written(String domain) {
    return HeaderText.isAscii(domain) ? domain : Address.ascii(domain);
  }

  private static String complaint(String text) {
    return text.indexOf('@') < 0
        ? "'" + text + "' has no domain, and no origin is given to complete it"
        : "'" + text + "' is no address such as user@domain or @domain";
  }
}
