/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A mailbox address (RFC 5321 section 4.1.2).
 *
 * @param localPart as it is written: a dot-atom, or a quoted string with its quotes
 * @param domain as it is written; an address literal with its brackets
 */
public record Address(String localPart, String domain) {
  private static final int MOST_LOCAL = 256;
  private static final int MOST_DOMAIN = 255;
  private static final String ATEXT_SIGNS = "!#$%&'*+-/=?^_`{|}~";

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
    Address address = new Address(isQuoted(local) ? local : quoted(local), text.substring(at + 1));
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
    if (!localPart.startsWith("\"") && localPart.indexOf('\\') < 0 && !hasQuote(localPart)) {
      return localPart;
    }
    StringBuilder user = new StringBuilder(localPart.length());
    for (int i = 0; i < localPart.length(); i++) {
      char c = localPart.charAt(i);
      if (c == '\\' && i + 1 < localPart.length()) {
        user.append(localPart.charAt(++i));
      } else if (c != '"') {
        user.append(c);
      }
    }
    return user.toString();
  }

  /** Written with another user, in quotes only where it needs them. */
  public Address withUser(String user) {
    return user.equals(user()) ? this : new Address(quoted(user), domain);
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

  /** A local part for a user, as a dot-atom where it is one (RFC 5321 section 4.1.2). */
  static String quoted(String user) {
    if (isDotAtom(user)) {
      return user;
    }
    return '"' + user.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static boolean isDotAtom(String user) {
    return !user.isEmpty()
        && !user.startsWith(".")
        && !user.endsWith(".")
        && !user.contains("..")
        && all(user, c -> c == '.' || isAtext(c));
  }

  /** A character of an atom (RFC 5322 section 3.2.3, RFC 6532 section 3.2). */
  static boolean isAtext(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c >= 0x80
        || ATEXT_SIGNS.indexOf(c) >= 0;
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

  private static boolean hasQuote(String local) {
    return local.indexOf('"') >= 0;
  }

  private static boolean isDomainSign(int c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' || c >= 0x80;
  }

  private static boolean isControl(int c) {
    return c < ' ' || c == 0x7f;
  }
}
