/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import org.apache.mailet.MailetConfig;
import org.posthouse.spelling.NearestName;

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
      throw new MessagingException(complaint(config, unknown, new TreeSet<>(known)));
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

  /** Words separated by commas or white space; none when it is missing. */
  List<String> words(String name) {
    return optional(name).stream()
        .flatMap(value -> Arrays.stream(value.split("[,\\s]+", -1)))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /**
   * Some of the known words.
   *
   * @throws MessagingException when one is none of them; the message names the nearest one
   */
  Set<String> choices(String name, Set<String> known, Set<String> defaults)
      throws MessagingException {
    Set<String> words = new LinkedHashSet<>(words(name));
    for (String word : words) {
      if (!known.contains(word)) {
        throw refusal(name, NearestName.complaint("does not know '" + word + "'", word, known));
      }
    }
    return words.isEmpty() ? defaults : words;
  }

  /**
   * One of the known words.
   *
   * @throws MessagingException when it is none of them; the message names the nearest one
   */
  String choice(String name, Set<String> known, String defaultValue) throws MessagingException {
    Set<String> words = choices(name, known, Set.of(defaultValue));
    if (words.size() > 1) {
      throw refusal(name, "takes one of " + new TreeSet<>(known));
    }
    return words.iterator().next();
  }

  /** A complaint about the mailet as a whole. */
  MessagingException wrong(String problem) {
    return new MessagingException(where(config) + ": " + problem);
  }

  /** A complaint about the value of a parameter. */
  MessagingException refusal(String name, String problem) {
    return new MessagingException(place(name) + " " + problem);
  }

  /** Which parameter of which mailet it is, as a complaint begins. */
  String place(String name) {
    return where(config) + ": <" + name + ">";
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

  /** A whole number from {@code least} to {@code most}. */
  int within(String name, int defaultValue, int least, int most) throws MessagingException {
    int number = positive(name, defaultValue);
    if (number < least || number > most) {
      throw new MessagingException(
          where(config) + ": <" + name + "> is " + least + " to " + most + ", not " + number);
    }
    return number;
  }

  /** One of some words. */
  String oneOf(String name, String defaultValue, Set<String> words) throws MessagingException {
    String value = optional(name).orElse(defaultValue);
    if (!words.contains(value)) {
      throw new MessagingException(
          where(config)
              + ": "
              + NearestName.complaint("<" + name + "> is not '" + value + "'", value, words));
    }
    return value;
  }

  private MessagingException invalid(
      String name, String value, @org.jspecify.annotations.Nullable Exception cause) {
    return new MessagingException(
        where(config) + ": <" + name + "> must be a whole number above 0, not '" + value + "'",
        cause);
  }

  private static String complaint(MailetConfig config, List<String> names, Set<String> known) {
    return names.stream()
        .sorted()
        .map(name -> "unknown parameter <" + name + ">" + guess(name, known))
        .collect(Collectors.joining(" ", where(config) + ": ", " Known are " + known));
  }

  private static String guess(String name, Set<String> known) {
    return NearestName.of(name, known.stream())
        .map(nearest -> "; did you mean <" + nearest + ">?")
        .orElse(".");
  }

  private static String where(MailetConfig config) {
    return "mailet " + config.getMailetName();
  }
}
