/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a {@link ScriptedSmtpServer} does once the client has said its line: one act after another.
 * A reaction is immutable; every method returns a longer one.
 */
public final class Reaction {
  /** One thing done to the connection; it may close it. */
  @FunctionalInterface
  interface Act {
    void perform(Wire wire) throws IOException;
  }

  private final String code;
  private final List<Act> acts;

  private Reaction(String code, List<Act> acts) {
    this.code = code;
    this.acts = acts;
  }

  /**
   * Sends whole lines, each ended with CRLF. A multi-line reply is given as it stands on the wire
   * ({@code "250-one", "250 two"}); a bare {@code "250"} is a reply too (RFC 5321, 4.2).
   */
  public static Reaction reply(String... lines) {
    return raw(String.join("\r\n", lines) + "\r\n");
  }

  /** Sends exactly these characters (ISO 8859-1), with no line end added. */
  public static Reaction raw(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new Reaction(text.substring(0, Math.min(3, text.length())), List.of(w -> w.send(bytes)));
  }

  /**
   * Sends the reply one octet at a time, so that only a time limit over the whole reply ends it.
   */
  public static Reaction dribble(String line, Duration perOctet) {
    byte[] bytes = (line + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    return new Reaction(line.substring(0, 3), List.of(w -> w.dribble(bytes, perOctet)));
  }

  /** Closes the connection and says nothing. */
  public static Reaction close() {
    return new Reaction("", List.of(Wire::close));
  }

  /** Closes the connection with a TCP reset and says nothing. */
  public static Reaction reset() {
    return new Reaction("", List.of(Wire::reset));
  }

  /** Ends TLS (RFC 8446, section 6.1), says nothing and leaves the connection open. */
  public static Reaction endTls() {
    return new Reaction("", List.of(Wire::endTls));
  }

  /** Says nothing for this long, then closes. */
  public static Reaction stall(Duration time) {
    return close().after(time);
  }

  /** The same, that much later. */
  public Reaction after(Duration delay) {
    return new Reaction(code, Stream.concat(Stream.of(pause(delay)), acts.stream()).toList());
  }

  /** The same, and the connection is closed afterwards. */
  public Reaction thenClose() {
    return then(close());
  }

  /** The same, then the other one; the reply that counts is the first. */
  public Reaction then(Reaction next) {
    return new Reaction(code, Stream.concat(acts.stream(), next.acts.stream()).toList());
  }

  private static Act pause(Duration delay) {
    return wire -> wire.pause(delay);
  }

  /** Whether the reply lets the dialogue go on: 2yz or 3yz. */
  boolean isPositive() {
    return code.startsWith("2") || code.startsWith("3");
  }

  /** The three digits of the reply; empty if there is none. */
  String code() {
    return code;
  }

  /** Stops at the act that closes the connection. */
  void perform(Wire wire) throws IOException {
    for (Act act : acts) {
      if (wire.isClosed()) {
        return;
      }
      act.perform(wire);
    }
  }
}
