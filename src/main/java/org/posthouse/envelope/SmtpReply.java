/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import java.util.List;
import java.util.Optional;

/**
 * What a server answered to a command (RFC 5321, section 4.2).
 *
 * @param code 200 to 599
 * @param lines the text of each line without the code, at least one, printable
 */
public record SmtpReply(int code, List<String> lines) {
  public SmtpReply {
    if (code < 200 || code > 599 || lines.isEmpty()) {
      throw new IllegalArgumentException(code + " " + lines);
    }
    lines = List.copyOf(lines);
  }

  /** A reply as it stands in a log: {@code 550 5.1.1 No such user}. */
  public static SmtpReply of(int code, String... lines) {
    return new SmtpReply(code, List.of(lines));
  }

  /** 2yz: done. */
  public boolean isPositive() {
    return code < 300;
  }

  /** 3yz: go on. */
  public boolean isIntermediate() {
    return code >= 300 && code < 400;
  }

  /** 4yz: it may work later. */
  public boolean isTransient() {
    return code >= 400 && code < 500;
  }

  /** 5yz: it will not work. */
  public boolean isPermanent() {
    return code >= 500;
  }

  /** Its enhanced status code, when there is one and it is of the class of the reply. */
  public Optional<EnhancedStatusCode> enhanced() {
    return EnhancedStatusCode.atStartOf(lines.get(0)).filter(found -> found.status() == code / 100);
  }

  /** The same with these strings made unreadable. */
  public SmtpReply without(List<String> secrets) {
    if (secrets.isEmpty()) {
      return this;
    }
    List<String> masked = lines;
    for (String secret : secrets) {
      masked = masked.stream().map(line -> line.replace(secret, "***")).toList();
    }
    return new SmtpReply(code, masked);
  }

  /** All lines as one, the enhanced status code of the first included. */
  public String text() {
    return String.join(" ", lines).strip();
  }

  @Override
  public String toString() {
    return (code + " " + text()).strip();
  }
}
