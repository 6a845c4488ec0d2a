/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The recipient that the sender wrote to (ORCPT; RFC 3461, section 4.2, and RFC 6533, section 3).
 *
 * @param type of the address: rfc822, utf-8 or another
 * @param address decoded; anything, for it came with the mail
 */
public record Orcpt(String type, String address) {
  private static final Pattern EMBEDDED = Pattern.compile("\\\\x\\{([0-9A-Fa-f]{2,6})\\}");
  private static final String UTF8 = "utf-8";

  /** HEXPOINT of RFC 6533, section 3, without control characters. */
  private static final String CODE_POINT =
      "2[0Bb]|3[Dd]|5[Cc]|[89A-Fa-f]\\p{XDigit}|[1-9A-Fa-f]\\p{XDigit}{2}"
          + "|[1-9ABCEFabcef]\\p{XDigit}{3}|[Dd][0-7]\\p{XDigit}{2}"
          + "|[1-9A-Fa-f]\\p{XDigit}{4}|10\\p{XDigit}{4}";

  /** What is beyond ASCII as UTF-8 (U+FFFD stands for octets that are none), or embedded. */
  private static final Pattern UTF8_ADDRESS =
      Pattern.compile(
          "(?:[!-*,-<>-\\[\\]-~\\x{80}-\\x{FFFC}\\x{FFFE}-\\x{10FFFF}]"
              + "|[+](?:[2-689A-F][0-9A-F]|7[0-9A-E])|\\\\x\\{(?:"
              + CODE_POINT
              + ")\\})++");

  /** Whether a value of ORCPT is one; of type utf-8 also with xtext, as of any other type. */
  public static boolean isOne(String value) {
    int semicolon = value.indexOf(';');
    if (semicolon < 1 || !value.substring(0, semicolon).matches("[A-Za-z0-9-]+")) {
      return false;
    }
    String address = value.substring(semicolon + 1);
    return value.regionMatches(true, 0, UTF8 + ";", 0, semicolon + 1)
        ? UTF8_ADDRESS.matcher(address).matches()
        : !address.isEmpty() && Xtext.isPrintable(address);
  }

  /** The value of ORCPT as it came; one without a type is taken for an ordinary address. */
  public static Orcpt of(String value) {
    int semicolon = value.indexOf(';');
    String type = semicolon < 1 ? "rfc822" : value.substring(0, semicolon).strip();
    String address = Xtext.decode(value.substring(semicolon + 1).strip());
    return type.toLowerCase(Locale.ROOT).equals(UTF8)
        ? new Orcpt(UTF8, EMBEDDED.matcher(address).replaceAll(Orcpt::embedded))
        : new Orcpt(type, address);
  }

  private static String embedded(MatchResult found) {
    int c = Integer.parseInt(found.group(1), 16);
    return Matcher.quoteReplacement(
        Character.isValidCodePoint(c) ? Character.toString(c) : found.group());
  }

  /**
   * A value of ORCPT as it came, for the next host.
   *
   * @param utf8 whether the mail goes with SMTPUTF8: only then may it be other than ASCII
   */
  public static String parameter(String value, boolean utf8) {
    return utf8 || !isInternational(value) ? value : UTF8 + ";" + of(value).unitext();
  }

  /**
   * The value of ORCPT for an address as James has it: one beyond ASCII is of type utf-8.
   *
   * @param address xtext where it is ASCII, as it came
   */
  public static String value(String address) {
    if (!isInternational(address)) {
      return "rfc822;" + address;
    }
    StringBuilder value = new StringBuilder(UTF8 + ";");
    Path.written(address)
        .codePoints()
        .forEach(
            c -> {
              if (c < 0x80) {
                appendUnitext(value, c);
              } else {
                value.appendCodePoint(c);
              }
            });
    return value.toString();
  }

  /** Whether a value of ORCPT is other than ASCII, which needs SMTPUTF8 (RFC 6533, section 3). */
  private static boolean isInternational(String value) {
    return value.chars().anyMatch(c -> c >= 0x80);
  }

  /**
   * The value of Original-Recipient.
   *
   * @param utf8 whether it may be other than ASCII
   */
  public String field(boolean utf8) {
    return type + "; " + (type.equals(UTF8) && !utf8 ? unitext() : address);
  }

  private String unitext() {
    StringBuilder text = new StringBuilder();
    address.codePoints().forEach(c -> appendUnitext(text, c));
    return text.toString();
  }

  private static void appendUnitext(StringBuilder text, int c) {
    if (c > ' ' && c < 0x7f && c != '+' && c != '=' && c != '\\') {
      text.append((char) c);
    } else {
      text.append("\\x{").append(c < 16 ? "0" : "");
      text.append(Integer.toHexString(c).toUpperCase(Locale.ROOT)).append('}');
    }
  }
}
