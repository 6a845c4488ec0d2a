/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.posthouse.message.LocalPart;

/**
 * A mailbox address (RFC 5321 section 4.1.2).
 *
 * @param localPart as it is written: a dot-atom, or a quoted string with its quotes
 * @param domain as it is written; an address literal with its brackets
 */
public record Address(String localPart, String domain) {
  private static final int MOST_LOCAL = 256;
  private static final int MOST_DOMAIN = 255;

  /**
   * Reads {@code user@domain}. A local part that needs quotes and has none gets them.
   *
   * @return empty when there is no local part or no domain, or one of them is too long or has
   *     characters that no address has
   */
  public static Optional<Address> parse(String text) {
    int at = text.lastIndexOf('@');
    if (at <= 0) {
      return Optional.empty();
    }
    String local = text.substring(0, at);
    Address address =
        new Address(isQuoted(local) ? local : LocalPart.written(local), text.substring(at + 1));
    return address.isUsable() ? Optional.of(address) : Optional.empty();
  }

  /** Whether it is short and clean enough to be looked up and to be written. */
  public boolean isUsable() {
    return !localPart.isEmpty()
        && localPart.length() <= MOST_LOCAL
        && all(localPart, c -> !isControl(c))
        && isDomain(domain);
  }

  /** The local part without quotes and backslashes. */
  public String user() {
    return LocalPart.plain(localPart);
  }

  /** Written with another user, in quotes only where it needs them. */
  public Address withUser(String user) {
    return user.equals(user()) ? this : new Address(LocalPart.written(user), domain);
  }

  /** Written with another domain. */
  public Address withDomain(String other) {
    return new Address(localPart, other);
  }

  /** The domain as {@link #ascii} has it. */
  public String asciiDomain() {
    return ascii(domain);
  }

  /** The same address, letter case and the form of an international domain aside. */
  public boolean isSameAs(Address other) {
    return user().equalsIgnoreCase(other.user()) && asciiDomain().equals(other.asciiDomain());
  }

  @Override
  public String toString() {
    return localPart + "@" + domain;
  }

  /** A domain in lower case, in A-labels (RFC 5890) and without the dot of the root. */
  public static String ascii(String domain) {
    String plain = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
    String lower = plain.toLowerCase(Locale.ROOT);
    if (HeaderText.isAscii(lower) || lower.length() > MOST_DOMAIN) {
      return lower;
    }
    try {
      return IDN.toASCII(lower, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return lower; // no A-label stands for it: it equals itself only
    }
  }

  /** Whether it can be a domain or an address literal by its characters and its length. */
  static boolean isDomain(String domain) {
    if (domain.isEmpty() || domain.length() > MOST_DOMAIN) {
      return false;
    }
    if (domain.startsWith("[")) {
      return domain.endsWith("]")
          && all(domain, c -> c > ' ' && c != 0x7f && c != '@' && c != '\\');
    }
    return domain.charAt(0) != '.' && !domain.contains("..") && all(domain, Address::isDomainSign);
  }

  private static boolean all(String text, IntPredicate predicate) {
    for (int i = 0; i < text.length(); i++) {
      if (!predicate.test(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isQuoted(String local) {
    if (local.length() < 2 || !local.startsWith("\"") || !local.endsWith("\"")) {
      return false;
    }
    int i = 1;
    while (i < local.length() - 1 && local.charAt(i) != '"') {
      i += local.charAt(i) == '\\' ? 2 : 1;
    }
    return i == local.length() - 1;
  }

  private static boolean isDomainSign(int c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' || c >= 0x80;
  }

  private static boolean isControl(int c) {
    return c < ' ' || c == 0x7f;
  }
}
