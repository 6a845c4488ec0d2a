/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.posthouse.config.Settings;

/**
 * The properties of JavaMail that mean something to us; stock hands on whatever begins with {@code
 * mail.}, and it wins over a parameter that says the same. What is not in this list is refused.
 */
public enum JavaMailProperty {
  LOCALHOST("localhost", ParameterValues::host),
  LOCALADDRESS("localaddress", ParameterValues::localAddress),
  CONNECTION_TIMEOUT("connectiontimeout", ParameterValues::millis),
  TIMEOUT("timeout", ParameterValues::millis),
  WRITE_TIMEOUT("writetimeout", ParameterValues::millis),
  SEND_PARTIAL("sendpartial", ParameterValues::truth),
  STARTTLS_ENABLE("starttls.enable", ParameterValues::truth),
  STARTTLS_REQUIRED("starttls.required", ParameterValues::truth),
  CHECK_SERVER_IDENTITY("ssl.checkserveridentity", ParameterValues::truth),
  SSL_TRUST("ssl.trust", JavaMailProperty::everybody),
  /** Stock overrules it by {@code sslEnable}. */
  SSL_ENABLE("ssl.enable", ParameterValues::truth),
  /** Stock logs in where it has a name, and nowhere else. */
  AUTH("auth", ParameterValues::truth),
  /** Stock overrules it by the sender of each mail. */
  FROM("from", text -> text),
  EHLO("ehlo", ParameterValues.only("true")),
  QUIT_WAIT("quitwait", ParameterValues.only("true")),
  ALLOW_8BIT_MIME("allow8bitmime", ParameterValues.only("false")),
  REPORT_SUCCESS("reportsuccess", ParameterValues.only("false")),
  SASL_ENABLE("sasl.enable", ParameterValues.only("false")),
  DEBUG("debug", ParameterValues.only("false"));

  private static final String ALL = "mail.";

  private final String name;

  @SuppressWarnings("ImmutableEnumChecker") // a function without state
  private final Function<String, String> reader;

  JavaMailProperty(String name, Function<String, String> reader) {
    this.name = name;
    this.reader = reader;
  }

  private static String everybody(String text) {
    if (!text.equals("*")) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "': hosts cannot be trusted by name, only all of them with *; relay.xml has <tls>"
              + " for each <destination>");
    }
    return text;
  }

  /** The element, for the protocol that {@code sslEnable} chooses. */
  String element(boolean implicitTls) {
    return this == DEBUG ? ALL + name : ALL + (implicitTls ? "smtps." : "smtp.") + name;
  }

  /** The elements, one for each protocol. */
  List<String> elements() {
    return Stream.of(false, true).map(this::element).distinct().toList();
  }

  /**
   * Checks all elements that begin with {@code mail.}
   *
   * @param implicitTls whether {@code sslEnable} is true
   * @param login whether there is a login
   */
  public static void check(Settings settings, boolean implicitTls, boolean login) {
    for (JavaMailProperty each : values()) {
      Optional<String> value = each.read(settings, implicitTls);
      if (!each.element(true).equals(each.element(false))) {
        each.warnOfOther(settings, !implicitTls);
      }
      value.ifPresent(text -> each.checkUse(settings, implicitTls, login, text));
    }
    settings.unknownBeginning(
        ALL.replace(".", ".."),
        "mail does not leave by JavaMail, and the delivery has nothing for this property");
  }

  /** Whether it is written, for either protocol. */
  public boolean isWritten(Settings settings) {
    return elements().stream().anyMatch(element -> !settings.texts(key(element)).isEmpty());
  }

  private static String key(String element) {
    return element.replace(".", "..");
  }

  private Optional<String> read(Settings settings, boolean implicitTls) {
    return settings.read(
        key(element(implicitTls)), Optional.empty(), text -> Optional.of(reader.apply(text)));
  }

  private void warnOfOther(Settings settings, boolean implicitTls) {
    if (read(settings, implicitTls).isPresent()) {
      settings.warning(
          key(element(implicitTls)),
          "it counts with <sslEnable> "
              + implicitTls
              + " only; write <"
              + element(!implicitTls)
              + ">");
    }
  }

  private void checkUse(Settings settings, boolean implicitTls, boolean login, String text) {
    String key = key(element(implicitTls));
    boolean value = Boolean.parseBoolean(text);
    if (this == FROM) {
      settings.warning(key, "nothing reads it: the reverse-path is that of the mail");
    } else if (this == SSL_ENABLE && value != implicitTls) {
      settings.problem(key, "<sslEnable> overrules it; write that one");
    } else if (this == AUTH && value != login) {
      settings.problem(
          key,
          login
              ? "the relay logs in, since there is a <gatewayUsername>"
              : "a login needs <gateway>, <gatewayUsername> and <gatewayPassword>");
    } else if (this == STARTTLS_REQUIRED && login && !implicitTls && !value) {
      settings.warning(key, "the password of the gateway goes in clear where it offers no TLS");
    }
  }
}
