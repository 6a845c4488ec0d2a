/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import org.apache.mailet.MailetConfig;
import org.posthouse.spelling.NearestName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parameters of one mailet; all that is wrong with them is told together. */
final class Parameters {
  /** Names that James itself reads from a mailet's element. */
  private static final Set<String> OF_THE_CONTAINER =
      Set.of("onMailetException", "onMatchException");

  private static final Logger LOGGER = LoggerFactory.getLogger(Parameters.class);

  /** Stands for a value that was refused; it passes for a name of DNS. */
  private static final String ANY_WORD = "refused";

  private static final Pattern NAME = Pattern.compile("[\\w-]+(\\.[\\w-]+)*");

  private final MailetConfig config;

  /** Those whose values were refused: they count as missing, or as any word that will do. */
  private final Set<String> refused = new HashSet<>();

  private Parameters(MailetConfig config) {
    this.config = config;
  }

  /** What a mailet does with its parameters. */
  interface Reading {
    /**
     * Reads them.
     *
     * @throws MessagingException when one is wrong
     */
    void read(Parameters parameters) throws MessagingException;
  }

  /**
   * Has them read, and read again without each one that is refused, so that all that is wrong is
   * told at once.
   *
   * @throws MessagingException when a parameter is not among {@code known}, with the nearest that
   *     is, or when the reading refuses any
   */
  static void read(MailetConfig config, Set<String> known, Reading reading)
      throws MessagingException {
    List<String> complaints = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    config.getInitParameterNames().forEachRemaining(unknown::add);
    unknown.removeAll(known);
    unknown.removeAll(OF_THE_CONTAINER);
    if (!unknown.isEmpty()) {
      complaints.add(complaint(unknown, new TreeSet<>(known)));
    }
    Parameters parameters = new Parameters(config);
    while (parameters.isRefused(reading, complaints)) {
      LOGGER.trace("Reading the other parameters of {}", config.getMailetName());
    }
    if (!complaints.isEmpty()) {
      throw new MessagingException(where(config) + ": " + String.join("; ", complaints));
    }
  }

  /** Whether a value was refused that was not before. */
  private boolean isRefused(Reading reading, List<String> complaints) throws MessagingException {
    try {
      reading.read(this);
      return false;
    } catch (ParameterRefusal e) {
      note(complaints, e);
      return refused.add(e.parameter());
    } catch (MessagingException e) {
      if (complaints.isEmpty()) {
        throw e;
      }
      note(complaints, e);
      return false;
    }
  }

  /** What follows from a value that was refused would mislead. */
  private void note(List<String> complaints, MessagingException e) {
    String text = withoutPlace(e);
    if (refused.stream().noneMatch(name -> text.contains("<" + name + ">"))) {
      complaints.add(text);
    }
  }

  private String withoutPlace(MessagingException e) {
    String text = String.valueOf(e.getMessage());
    String place = where(config) + ": ";
    return text.startsWith(place) ? text.substring(place.length()) : text;
  }

  Optional<String> optional(String name) {
    return refused.contains(name) ? Optional.empty() : given(name);
  }

  /** Whether there is a value, right or wrong. */
  boolean has(String name) {
    return given(name).isPresent();
  }

  private Optional<String> given(String name) {
    return Optional.ofNullable(config.getInitParameter(name))
        .map(String::trim)
        .filter(value -> !value.isEmpty());
  }

  String required(String name) throws MessagingException {
    return required(name, ANY_WORD);
  }

  /**
   * A value that has to be there.
   *
   * @param standIn a right one, for the reading that goes on after this one was refused
   */
  String required(String name, String standIn) throws MessagingException {
    if (refused.contains(name)) {
      return standIn;
    }
    return optional(name).orElseThrow(() -> refusal(name, "is required"));
  }

  /** A name of DNS: labels of letters, digits, hyphens and underscores, separated by dots. */
  String name(String name) throws MessagingException {
    String value = required(name);
    if (!NAME.matcher(value).matches()) {
      throw refusal(name, "is a name of DNS, not '" + value + "'");
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
   * @throws MessagingException when some are none of them; the message names the nearest ones
   */
  Set<String> choices(String name, Set<String> known, Set<String> defaults)
      throws MessagingException {
    Set<String> words = new LinkedHashSet<>(words(name));
    List<String> wrong =
        words.stream()
            .filter(word -> !known.contains(word))
            .map(word -> NearestName.complaint("does not know '" + word + "'", word, known))
            .toList();
    if (!wrong.isEmpty()) {
      throw refusal(name, String.join("; ", wrong));
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
  ParameterRefusal refusal(String name, String problem) {
    return new ParameterRefusal(name, where(config) + ": <" + name + "> " + problem);
  }

  /** A span of time: a number and a unit, at least a second. */
  Duration span(String name, String defaultValue) throws MessagingException {
    String value = optional(name).orElse(defaultValue);
    return SpanOfTime.of(value)
        .orElseThrow(
            () ->
                refusal(
                    name, "is a number and ms, s, min, h or d, at least 1 s, not '" + value + "'"));
  }

  /** Yes or no. */
  boolean flag(String name, boolean defaultValue) throws MessagingException {
    String value = optional(name).orElse(Boolean.toString(defaultValue));
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refusal(name, "is true or false, not '" + value + "'");
    };
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
      LOGGER.debug("<{}> is no number", name, e);
    }
    throw refusal(name, "must be a whole number above 0, not '" + value + "'");
  }

  /** A whole number from {@code least} to {@code most}. */
  int within(String name, int defaultValue, int least, int most) throws MessagingException {
    int number = positive(name, defaultValue);
    if (number < least || number > most) {
      throw refusal(name, "is " + least + " to " + most + ", not " + number);
    }
    return number;
  }

  /** One of some words. */
  String oneOf(String name, String defaultValue, Set<String> words) throws MessagingException {
    String value = optional(name).orElse(defaultValue);
    if (!words.contains(value) && !refused.contains(name)) {
      throw refusal(name, NearestName.complaint("is not '" + value + "'", value, words));
    }
    return value;
  }

  private static String complaint(List<String> names, Set<String> known) {
    return names.stream()
        .sorted()
        .map(name -> "unknown parameter <" + name + ">" + guess(name, known))
        .collect(Collectors.joining(" ", "", " Known are " + known));
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
