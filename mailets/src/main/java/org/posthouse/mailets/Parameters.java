/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.mail.MessagingException;
import org.apache.mailet.MailetConfig;

/** The parameters of one mailet: reading them refuses any name the mailet does not know. */
final class Parameters {
  /** Names that James itself reads from a mailet's element. */
  private static final Set<String> OF_THE_CONTAINER =
      Set.of("onMailetException", "onMatchException");

  private static final Pattern NAME = Pattern.compile("[\\w-]+(\\.[\\w-]+)*");

  private final MailetConfig config;

  private Parameters(MailetConfig config) {
    this.config = config;
  }

  /**
   * @throws MessagingException when a parameter is not among {@code known}; the message names the
   *     nearest one
   */
  static Parameters of(MailetConfig config, Set<String> known) throws MessagingException {
    List<String> unknown = new ArrayList<>();
    config.getInitParameterNames().forEachRemaining(unknown::add);
    unknown.removeAll(known);
    unknown.removeAll(OF_THE_CONTAINER);
    if (!unknown.isEmpty()) {
      throw new MessagingException(complaint(config, unknown.get(0), new TreeSet<>(known)));
    }
    return new Parameters(config);
  }

  Optional<String> optional(String name) {
    return Optional.ofNullable(config.getInitParameter(name))
        .map(String::trim)
        .filter(value -> !value.isEmpty());
  }

  String required(String name) throws MessagingException {
    return optional(name)
        .orElseThrow(() -> new MessagingException(where(config) + ": <" + name + "> is required"));
  }

  /** A name of DNS: labels of letters, digits, hyphens and underscores, separated by dots. */
  String name(String name) throws MessagingException {
    String value = required(name);
    if (!NAME.matcher(value).matches()) {
      throw new MessagingException(
          where(config) + ": <" + name + "> is a name of DNS, not '" + value + "'");
    }
    return value;
  }

  /** A whole number of at least 1. */
  int positive(String name, int defaultValue) throws MessagingException {
    String value = optional(name).orElse(Integer.toString(defaultValue));
    try {
      int number = Integer.parseInt(value);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw invalid(name, value, e);
    }
    throw invalid(name, value, null);
  }

  private MessagingException invalid(
      String name, String value, @org.jspecify.annotations.Nullable Exception cause) {
    return new MessagingException(
        where(config) + ": <" + name + "> must be a whole number above 0, not '" + value + "'",
        cause);
  }

  private static String complaint(MailetConfig config, String name, Set<String> known) {
    return where(config)
        + ": unknown parameter <"
        + name
        + ">; did you mean <"
        + NearestWord.of(name, known)
        + ">? Known are "
        + known;
  }

  private static String where(MailetConfig config) {
    return "mailet " + config.getMailetName();
  }
}
