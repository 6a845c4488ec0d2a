/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The encoding of values of ENVID and ORCPT (RFC 3461, section 4). */
public final class Xtext {
  /** Possessive: matched without recursion, which values of XCLIENT are long enough for. */
  private static final Pattern XTEXT = Pattern.compile("(?:[!-*,-<>-~]|[+][0-9A-F]{2})*+");

  private Xtext() {}

  /** Whether a text is in this encoding. */
  public static boolean isXtext(String text) {
    return XTEXT.matcher(text).matches();
  }

  /** Whether it stands for printable ASCII, as ENVID and ORCPT must (sections 4.2 and 4.4). */
  public static boolean isPrintable(String text) {
    return isXtext(text) && decode(text).chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }

  public static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet > ' ' && octet < 0x7f && octet != '+' && octet != '=') {
        encoded.append((char) octet);
      } else {
        encoded.append('+').append(hex(octet >> 4));
        encoded.append(hex(octet));
      }
    }
    return encoded.toString();
  }

  /** Upper case, as RFC 3461 wants it. */
  private static char hex(int value) {
    return "0123456789ABCDEF".charAt(value & 15);
  }

  /** What is no xtext stays as it is. */
  public static String decode(String encoded) {
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.length());
    byte[] octets = encoded.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < octets.length; i++) {
      int octet =
          octets[i] == '+' && i + 2 < octets.length ? hex(octets[i + 1], octets[i + 2]) : -1;
      decoded.write(octet < 0 ? octets[i] : octet);
      i += octet < 0 ? 0 : 2;
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  /** -1 when it is none. */
  private static int hex(byte high, byte low) {
    int first = Character.digit(high, 16);
    int second = Character.digit(low, 16);
    return first < 0 || second < 0 ? -1 : (first << 4) | second;
  }
}
