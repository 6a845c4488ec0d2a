/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.transport.mailets.remote.delivery.Delay;
import org.apache.james.transport.mailets.remote.delivery.RemoteDeliveryConfiguration;
import org.posthouse.config.Settings;

/**
 * What {@code RemoteDelivery} reads. Stock takes a parameter that it does not know for none, and a
 * value that it cannot read for its default, with a warning at best.
 */
final class DeliveryParameters {
  private static final int MOST = Integer.MAX_VALUE;

  private DeliveryParameters() {}

  static void check(Settings settings) {
    for (String name :
        List.of(
            "bounceProcessor",
            "doubleBounceProcessor",
            "onSuccess",
            "onMailetException",
            "onMatchException")) {
      settings.text(name);
    }
    settings.read("outgoing", "", DeliveryParameters::queue);
    settings.read("bind", "", DeliveryParameters::localAddress);
    for (String name :
        List.of("debug", "loadBalancing", "sendpartial", "sslEnable", "startTLS", "usePriority")) {
      settings.word(name, "false", "true", "false");
    }
    boolean verified =
        settings.word("verifyServerIdentity", "true", "true", "false").equals("true");
    settings.read("heloName", "", DeliveryParameters::host);
    login(settings, verified);
    for (String name :
        List.of("maxRetries", "maxDnsProblemRetries", "timeout", "connectiontimeout")) {
      settings.number(name, 0, MOST, 0);
    }
    settings.requireContent("gateway");
    Optional<String> gateway = settings.problems("gateway", GatewayHosts::problems);
    if (gateway.filter(String::isBlank).isPresent()) {
      settings.problem("gateway", "it names no host; without the element mail goes by MX");
    }
    settings.number("gatewayPort", 1, 65_535, 25);
    if (gateway.isEmpty()) {
      settings
          .texts("gatewayPort")
          .forEach(port -> settings.warning("gatewayPort", "it is of no use without <gateway>"));
    }
    settings.read("delayTime", List.of(), DeliveryParameters::delays);
    settings.dead("outgoingQueue", "nothing reads it; the parameter is called <outgoing>");
    settings.dead("deliveryThreads", "nothing reads it; remove it");
    for (String attribute : List.of("class", "match", "notmatch")) {
      settings.text("[@" + attribute + "]");
    }
    settings.leaveBeginning(RemoteDeliveryConfiguration.JAVAX_PREFIX);
    settings.end();
  }

  /** Stock reads the name of the user in either spelling. */
  private static void login(Settings settings, boolean verified) {
    Optional<String> user =
        settings.text("gatewayUsername").or(() -> settings.text("gatewayusername"));
    settings.text("gatewayusername");
    Optional<String> password = settings.text("gatewayPassword");
    if (user.isPresent() != password.isPresent()) {
      settings.problem(
          user.isPresent() ? "gatewayUsername" : "gatewayPassword",
          "a login needs both, <gatewayUsername> and <gatewayPassword>");
    }
    if (user.isPresent() && !verified) {
      settings.warning(
          "gatewayUsername",
          "the password goes to whoever answers as the gateway: with <verifyServerIdentity> true"
              + " and without <mail.smtp.ssl.trust> only to a host that has its certificate");
    }
    settings.texts("mail.smtp.starttls.required").stream()
        .filter(required -> user.isPresent() && required.equalsIgnoreCase("false"))
        .forEach(
            required ->
                settings.warning(
                    "mail.smtp.starttls.required",
                    "the password of the gateway goes in clear where it offers no TLS"));
  }

  private static String host(String name) {
    if (name.isEmpty() || name.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("'" + name + "' is no name of a host");
    }
    return name;
  }

  private static String queue(String name) {
    if (name.equalsIgnoreCase(MailQueueFactory.SPOOL.asString())) {
      throw new IllegalArgumentException(
          "'" + name + "' is the queue of mail that comes in; write another name");
    }
    return name;
  }

  private static String localAddress(String text) {
    try {
      if (NetworkInterface.getByInetAddress(InetAddress.getByName(text)) != null) {
        return text;
      }
    } catch (UnknownHostException | SocketException e) {
      throw new IllegalArgumentException("'" + text + "' is no address", e);
    }
    throw new IllegalArgumentException("'" + text + "' is no address of this machine");
  }

  private static List<Delay> delays(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::trim)
        .filter(part -> !part.isEmpty())
        .map(DeliveryParameters::delay)
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
}
