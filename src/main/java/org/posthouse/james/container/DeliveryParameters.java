/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.james.transport.mailets.remote.delivery.RemoteDeliveryConfiguration;
import org.posthouse.config.Settings;
import org.posthouse.james.delivery.GatewayHosts;
import org.posthouse.james.delivery.JavaMailProperty;
import org.posthouse.james.delivery.ParameterValues;

/**
 * What {@code RemoteDelivery} reads. Stock takes a parameter that it does not know for none, and a
 * value that it cannot read for its default, with a warning at best.
 */
final class DeliveryParameters {
  private static final int MOST = Integer.MAX_VALUE;

  private final Settings settings;
  private final boolean implicitTls;
  private final boolean startTls;
  private final boolean verified;
  private final boolean login;

  private DeliveryParameters(Settings settings) {
    this.settings = settings;
    this.implicitTls = truth("sslEnable", false);
    this.startTls = truth("startTLS", false);
    this.verified = truth("verifyServerIdentity", true);
    this.login = login();
  }

  /** Checks what ours reads. */
  static void check(Settings settings) {
    DeliveryParameters parameters = new DeliveryParameters(settings);
    parameters.common(GatewayHosts::problems);
    parameters.ours();
    settings.end();
  }

  /** Checks what stock's reads. */
  static void checkStock(Settings settings) {
    new DeliveryParameters(settings).common(GatewayHosts::problemsForStock);
    settings.number("connectiontimeout", 0, MOST, 0);
    settings.leaveBeginning(RemoteDeliveryConfiguration.JAVAX_PREFIX);
    settings.end();
  }

  private boolean truth(String name, boolean otherwise) {
    String word = settings.word(name, String.valueOf(otherwise), "true", "false");
    return Boolean.parseBoolean(word);
  }

  private void common(Function<String, List<String>> gatewayProblems) {
    for (String name :
        List.of("bounceProcessor", "onSuccess", "onMailetException", "onMatchException")) {
      settings.text(name);
    }
    for (String name : List.of("loadBalancing", "sendpartial", "usePriority", "debug")) {
      truth(name, false);
    }
    for (String name : List.of("maxRetries", "maxDnsProblemRetries", "timeout")) {
      settings.number(name, 0, MOST, 0);
    }
    settings.read("outgoing", "", ParameterValues::queue);
    settings.read("bind", "", ParameterValues::localAddress);
    settings.read("heloName", "", ParameterValues::host);
    settings.read("delayTime", List.of(), ParameterValues::delays);
    gateway(gatewayProblems);
    settings.dead("outgoingQueue", "nothing reads it; the parameter is called <outgoing>");
    settings.dead("deliveryThreads", "nothing reads it; remove it");
    for (String attribute : List.of("class", "match", "notmatch")) {
      settings.text("[@" + attribute + "]");
    }
  }

  private void gateway(Function<String, List<String>> gatewayProblems) {
    settings.requireContent("gateway");
    Optional<String> gateway = settings.problems("gateway", gatewayProblems);
    if (gateway.filter(String::isBlank).isPresent()) {
      settings.problem("gateway", "it names no host; without the element mail goes by MX");
    }
    settings.number("gatewayPort", 1, 65_535, 25);
    if (gateway.isEmpty()) {
      settings
          .texts("gatewayPort")
          .forEach(port -> settings.warning("gatewayPort", "it is of no use without <gateway>"));
    }
  }

  private void ours() {
    settings.text("doubleBounceProcessor");
    settings.text("eightBitProcessor");
    settings.number("connectiontimeout", 0, MOST, 0);
    settings.number("connectionTimeout", 0, MOST, 0);
    if (isWritten("connectiontimeout") && isWritten("connectionTimeout")) {
      settings.problem(
          "connectionTimeout", "it is the same as <connectiontimeout>; write one of them");
    }
    if (truth("debug", false)) {
      settings.warning(
          "debug", "it has no effect: each attempt has its line in the log, doc/howto/log.md");
    }
    JavaMailProperty.check(settings, implicitTls, login);
    boolean tlsIsWritten =
        implicitTls
            || startTls
            || login
            || JavaMailProperty.STARTTLS_ENABLE.isWritten(settings)
            || JavaMailProperty.STARTTLS_REQUIRED.isWritten(settings);
    if (isWritten("verifyServerIdentity") && !tlsIsWritten) {
      settings.warning(
          "verifyServerIdentity",
          "without <startTLS>, <sslEnable> or a login relay.xml says how far sessions are"
              + " protected, and this does not count");
    }
  }

  private boolean isWritten(String name) {
    return !settings.texts(name).isEmpty();
  }

  /** Stock reads the name of the user in either spelling. */
  private boolean login() {
    Optional<String> user =
        settings.text("gatewayUsername").or(() -> settings.text("gatewayusername"));
    settings.text("gatewayusername");
    Optional<String> password = settings.text("gatewayPassword");
    if (user.isPresent() != password.isPresent()) {
      settings.problem(
          user.isPresent() ? "gatewayUsername" : "gatewayPassword",
          "a login needs both, <gatewayUsername> and <gatewayPassword>");
    }
    if (user.isPresent() && (!verified || JavaMailProperty.SSL_TRUST.isWritten(settings))) {
      settings.warning(
          "gatewayUsername",
          "the password goes to whoever answers as the gateway: with <verifyServerIdentity> true"
              + " and without <mail.smtp.ssl.trust> only to a host that has its certificate");
    }
    return user.isPresent();
  }
}
