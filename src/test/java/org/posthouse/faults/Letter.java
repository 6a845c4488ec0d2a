/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * One mail of a test: its text is made from its number, and its body can be found and hashed
 * wherever it turns up, because it begins with a line that names it.
 */
record Letter(int number, int bodySize, List<String> recipients) {
  private static final String BEGIN = "begin ";
  private static final byte[] END_OF_LINE = {'\r', '\n'};

  /** The sender's address, by which the store and the sink know the mail. */
  String sender() {
    return "m" + number + "@client.test";
  }

  /** The number in a sender's address; -1 when it is none of ours. */
  static int numberOf(String sender) {
    return sender.matches("m\\d+@client\\.test")
        ? Integer.parseInt(sender.substring(1, sender.indexOf('@')))
        : -1;
  }

  /** Whole, dots not stuffed. */
  byte[] octets() {
    String header =
        "From: "
            + sender()
            + "\r\nTo: undisclosed-recipients:;\r\nSubject: mail "
            + number
            + "\r\nMessage-ID: <"
            + sender()
            + ">\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream(bodySize + 400);
    out.writeBytes(ascii(header));
    out.writeBytes(body());
    return out.toByteArray();
  }

  private byte[] body() {
    Random random = new Random(number);
    byte[] noise = new byte[bodySize * 54 / 78];
    random.nextBytes(noise);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bodySize + 100);
    out.writeBytes(ascii(BEGIN + number + "\r\n.\r\n..dots at the beginning of lines\r\n"));
    out.writeBytes(Base64.getMimeEncoder(76, END_OF_LINE).encode(noise));
    out.writeBytes(ascii("\r\nend " + number + "\r\n"));
    return out.toByteArray();
  }

  String bodyHash() {
    return hash(body(), 0);
  }

  /** The hash of the body inside a message or a stored body; empty when it is not in there. */
  static String bodyHash(int number, byte[] octets) {
    byte[] begin = ascii(BEGIN + number + "\r\n");
    for (int i = 0; i + begin.length <= octets.length; i++) {
      if (java.util.Arrays.equals(octets, i, i + begin.length, begin, 0, begin.length)) {
        return hash(octets, i);
      }
    }
    return "";
  }

  private static String hash(byte[] octets, int from) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(octets, from, octets.length - from);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
