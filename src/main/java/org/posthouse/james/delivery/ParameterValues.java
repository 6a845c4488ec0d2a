/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.transport.mailets.remote.delivery.Delay;

/** What parameters may hold; what they may not is an IllegalArgumentException that says why. */
public final class ParameterValues {
  private ParameterValues() {}

  /** A name for EHLO. */
  public static String host(String name) {
    if (name.isEmpty() || name.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("'" + name + "' is no name of a host");
    }
    return name;
  }

  /** The name of a queue of mail that leaves. */
  public static String queue(String name) {
    if (name.equalsIgnoreCase(MailQueueFactory.SPOOL.asString())) {
      throw new IllegalArgumentException(
          "'" + name + "' is the queue of mail that comes in; write another name");
    }
    return name;
  }

  /** An address that this machine has now. */
  public static String localAddress(String text) {
    try {
      if (NetworkInterface.getByInetAddress(InetAddress.getByName(text)) != null) {
        return text;
      }
    } catch (UnknownHostException | SocketException e) {
      throw new IllegalArgumentException("'" + text + "' is no address", e);
    }
    throw new IllegalArgumentException("'" + text + "' is no address of this machine");
  }

  /** Stock's waits, {@code 3 * 5 minutes, 2 hours}. */
  public static List<Delay> delays(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::trim)
        .filter(part -> !part.isEmpty())
        .map(ParameterValues::delay)
        .toList();
  }

  private static Delay delay(String text) {
    try {
      return Delay.from(text);
    } catch (Exception e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no wait; write a number and a unit, and before them how often: 3 * 5 minutes",
          e);
    }
  }

  static String millis(String text) {
    if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("'" + text + "' is no whole number of 0 or more");
    }
    return text;
  }

  static String truth(String text) {
    if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
      throw new IllegalArgumentException("'" + text + "' is none of true, false");
    }
    return text;
  }

  static Function<String, String> only(String value) {
    return text -> {
      if (!text.equalsIgnoreCase(value)) {
        throw new IllegalArgumentException(
            "'"
                + text
                + "' cannot be had from this delivery, which only does what '"
                + value
                + "' asks for");
      }
      return text;
    };
  }
}
