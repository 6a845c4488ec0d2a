/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.posthouse.spf.Mechanism.Prefixes;
import org.xbill.DNS.Address;

/** Reads mechanisms; one that is malformed is null. */
final class MechanismParser {
  private MechanismParser() {}

  /**
   * Reads one.
   *
   * @param text without qualifier
   */
  static @Nullable Mechanism parse(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) != ':' && text.charAt(end) != '/') {
      end++;
    }
    String rest = text.substring(end);
    return switch (text.substring(0, end).toLowerCase(Locale.ROOT)) {
      case "all" -> rest.isEmpty() ? new Mechanism.All() : null;
      case "include" -> include(rest);
      case "a" -> address(rest, false);
      case "mx" -> address(rest, true);
      case "ptr" -> pointer(rest);
      case "ip4" -> v4(rest);
      case "ip6" -> v6(rest);
      case "exists" -> exists(rest);
      default -> null;
    };
  }

  private static @Nullable Mechanism include(String rest) {
    MacroString target = target(rest);
    return target == null ? null : new Mechanism.Include(target);
  }

  private static @Nullable Mechanism exists(String rest) {
    MacroString target = target(rest);
    return target == null ? null : new Mechanism.Exists(target);
  }

  private static @Nullable Mechanism pointer(String rest) {
    MacroString target = target(rest);
    return target == null && !rest.isEmpty() ? null : new Mechanism.Pointer(target);
  }

  /** ":" domain-spec. */
  private static @Nullable MacroString target(String rest) {
    return rest.startsWith(":") ? MacroString.domainSpec(rest.substring(1)) : null;
  }

  /** [ ":" domain-spec ] [ "/" digits ] [ "//" digits ], where a domain-spec may have slashes. */
  private static @Nullable Mechanism address(String rest, boolean isMx) {
    int endOfV4 = prefixStart(rest, "//");
    int v6 = endOfV4 < 0 ? Prefixes.WHOLE.v6() : bits(rest.substring(endOfV4 + 2), 128);
    String withV4 = endOfV4 < 0 ? rest : rest.substring(0, endOfV4);
    int endOfTarget = prefixStart(withV4, "/");
    int v4 = endOfTarget < 0 ? Prefixes.WHOLE.v4() : bits(withV4.substring(endOfTarget + 1), 32);
    String named = endOfTarget < 0 ? withV4 : withV4.substring(0, endOfTarget);
    MacroString target = target(named);
    if (v4 < 0 || v6 < 0 || (target == null && !named.isEmpty())) {
      return null;
    }
    Prefixes prefixes = new Prefixes(v4, v6);
    return isMx
        ? new Mechanism.Exchangers(target, prefixes)
        : new Mechanism.Address(target, prefixes);
  }

  /** Where slashes and digits begin that end a text; -1 when it does not end so. */
  private static int prefixStart(String text, String slashes) {
    int digits = text.length();
    while (digits > 0 && isDigit(text.charAt(digits - 1))) {
      digits--;
    }
    boolean isPrefix = digits < text.length() && text.substring(0, digits).endsWith(slashes);
    return isPrefix ? digits - slashes.length() : -1;
  }

  private static @Nullable Mechanism v4(String rest) {
    int slash = rest.indexOf('/');
    byte[] octets = rest.startsWith(":") ? quad(slash < 0 ? rest : rest.substring(0, slash)) : null;
    int bits = slash < 0 ? 32 : bits(rest.substring(slash + 1), 32);
    return octets == null || bits < 0 ? null : new Mechanism.Network(octets, bits);
  }

  private static @Nullable Mechanism v6(String rest) {
    int slash = rest.indexOf('/');
    String address = slash < 0 ? rest : rest.substring(0, slash);
    int bits = slash < 0 ? 128 : bits(rest.substring(slash + 1), 128);
    byte[] octets = address.length() > 1 ? sixteen(address.substring(1)) : null;
    return octets == null || bits < 0 ? null : new Mechanism.Network(octets, bits);
  }

  private static byte @Nullable [] sixteen(String address) {
    int lastColon = address.lastIndexOf(':');
    String v4 = address.substring(lastColon + 1);
    boolean isWrong = v4.indexOf('.') >= 0 && quad(":" + v4) == null;
    return isWrong ? null : Address.toByteArray(address, Address.IPv6);
  }

  /** A colon and four numbers to 255 without leading zeros. */
  private static byte @Nullable [] quad(String text) {
    String[] parts = text.substring(1).split("\\.", 5);
    byte[] octets = new byte[4];
    for (int each = 0; each < parts.length; each++) {
      int number = bits(parts[each], 255);
      if (number < 0 || parts.length != octets.length) {
        return null;
      }
      octets[each] = (byte) number;
    }
    return octets;
  }

  /** A number without leading zeros; -1 when it is none or too big. */
  private static int bits(String digits, int most) {
    boolean isNumber =
        !digits.isEmpty()
            && digits.length() <= 3
            && digits.chars().allMatch(MechanismParser::isDigit)
            && (digits.length() == 1 || digits.charAt(0) != '0');
    int number = isNumber ? Integer.parseInt(digits) : -1;
    return number <= most ? number : -1;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
