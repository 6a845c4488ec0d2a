/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.configuration2.ImmutableConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;

/**
 * Reads a configuration file, or one element of it, and gathers all that is wrong. What nobody
 * asked for before {@link #end} is unknown, and an unknown key is an error: it would otherwise be a
 * setting that its author believes in.
 */
public final class Settings {
  private static final Map<String, Boolean> TRUTH =
      Map.of("true", true, "yes", true, "on", true, "false", false, "no", false, "off", false);

  private final String file;
  private final Lines lines;
  private final String path;
  private final String within;
  private final ImmutableConfiguration values;
  private final List<Problem> problems;
  private final List<Problem> warnings;
  private final Set<String> known = new TreeSet<>();
  private final Set<KeySteps> left = new LinkedHashSet<>();
  private final List<String> leftBeginnings = new ArrayList<>();

  /**
   * Begins to read.
   *
   * @param file where the values came from, for what is said of them; need not exist
   */
  public Settings(Path file, ImmutableConfiguration values) {
    this(file.getFileName().toString(), new Lines(file), "", "", values);
  }

  /**
   * Begins to read one element.
   *
   * @param lines of its file
   * @param path to the element, as {@link XmlElement#find} takes it
   * @param within the element in words, for instance "processor 'root', mailet 2"
   */
  public Settings(Lines lines, String path, String within, ImmutableConfiguration values) {
    this("", lines, path, within, values);
  }

  private Settings(
      String file, Lines lines, String path, String within, ImmutableConfiguration values) {
    this(file, lines, path, within, values, new ArrayList<>(), new ArrayList<>());
  }

  private Settings(
      String file,
      Lines lines,
      String path,
      String within,
      ImmutableConfiguration values,
      List<Problem> problems,
      List<Problem> warnings) {
    this.file = file;
    this.lines = lines;
    this.path = path;
    this.within = within;
    this.values = values;
    this.problems = problems;
    this.warnings = warnings;
  }

  /** One element of this file, whose problems count as the file's. */
  public Settings part(String element, ImmutableConfiguration part) {
    return new Settings(file, lines, join(path, element), within, part, problems, warnings);
  }

  /** Octets, from a {@link DataSize}. */
  public long size(String key, long otherwise) {
    return read(key, otherwise, text -> DataSize.parse(text).octets());
  }

  /** {@code true}, {@code yes}, {@code on} or their opposites, in any case. */
  public boolean truth(String key, boolean otherwise) {
    return read(
        key,
        otherwise,
        text -> {
          Boolean truth = TRUTH.get(text.toLowerCase(Locale.ROOT));
          if (truth == null) {
            throw new IllegalArgumentException("'" + text + "' is neither true nor false");
          }
          return truth;
        });
  }

  /** A whole number from {@code least} to {@code most}. */
  public int number(String key, int least, int most, int otherwise) {
    return read(
        key,
        otherwise,
        text -> {
          if (text.matches("-?\\d{1,18}")) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
              return (int) number;
            }
          }
          String upTo = most == Integer.MAX_VALUE ? " or more" : " to " + most;
          throw new IllegalArgumentException(
              "'" + text + "' is no whole number of " + least + upTo);
        });
  }

  /** One of some words, in any case; the word as it is known. */
  public String word(String key, String otherwise, String... words) {
    return read(
        key,
        otherwise,
        text ->
            Arrays.stream(words)
                .filter(text::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "'" + text + "' is none of " + String.join(", ", words))));
  }

  /**
   * Any value.
   *
   * @param reader throws IllegalArgumentException for what is no such value, saying why
   */
  public <T> T read(String key, T otherwise, Function<String, T> reader) {
    requireContent(key);
    Optional<String> text = text(key);
    try {
      return text.map(reader).orElse(otherwise);
    } catch (IllegalArgumentException e) {
      problem(key, String.valueOf(e.getMessage()));
      return otherwise;
    }
  }

  /** Adds a problem when the element is there and empty: James would fail on it, or guess. */
  public void requireContent(String key) {
    if (values.containsKey(key) && values.getStringArray(key).length == 0) {
      problem(key, "it is empty");
    }
  }

  /** A text of which everything wrong is told; {@code reader} gives each thing in words. */
  public Optional<String> problems(String key, Function<String, List<String>> reader) {
    Optional<String> text = text(key);
    text.map(reader).orElse(List.of()).forEach(wrong -> problem(key, wrong));
    return text;
  }

  /** A text without the white space around it. */
  public Optional<String> text(String key) {
    List<String> all = texts(key);
    if (all.size() > 1) {
      problem(key, "it is written " + all.size() + " times");
    }
    return all.stream().findFirst();
  }

  /** An element that may be written any number of times. */
  public List<String> texts(String key) {
    known.add(key);
    return Arrays.stream(values.getStringArray(key)).map(String::trim).toList();
  }

  /** Takes a key, and all that is inside of it, for known: others read it. */
  public void leave(String key) {
    left.add(KeySteps.of(key));
  }

  /** The same for all keys that begin so. */
  public void leaveBeginning(String beginning) {
    leftBeginnings.add(beginning.replace(".", ".."));
    leftBeginnings.add(beginning);
  }

  /** Warns of an element that is allowed and does nothing. */
  public void dead(String key, String why) {
    if (!texts(key).isEmpty()) {
      warning(key, why);
    }
  }

  /** The keys that were asked for. */
  public Set<String> known() {
    return Collections.unmodifiableSet(known);
  }

  /** The line, from 1, of an element of that key; 0 when unknown. */
  public int line(String key) {
    return remark(key, "").line();
  }

  /** Adds a problem; with an empty key, of the element as a whole. */
  public void problem(String key, String text) {
    problems.add(remark(key, text));
  }

  /** Adds something that does not stop the start. */
  public void warning(String key, String text) {
    warnings.add(remark(key, text));
  }

  /** Ends the reading: from now on, what nobody asked for is a problem. */
  public void end() {
    Set<KeySteps> read = known.stream().map(KeySteps::of).collect(Collectors.toSet());
    UnknownKey unknown = new UnknownKey(read, left);
    Set<KeySteps> found = new LinkedHashSet<>();
    for (Iterator<String> keys = values.getKeys(); keys.hasNext(); ) {
      String key = keys.next();
      KeySteps part =
          leftBeginnings.stream().anyMatch(key::startsWith) ? null : unknown.in(KeySteps.of(key));
      if (part != null && found.add(part)) {
        problems.add(remark(part, unknown.text(part)));
      }
    }
  }

  /** What was found, by lines. */
  public List<Problem> problems() {
    return problems.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
  }

  /** What does not stop the start, by lines. */
  public List<Problem> warnings() {
    return warnings.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
  }

  /** All problems in words, one a line, below the name of the file; empty when there are none. */
  public Optional<String> complaint() {
    return problems.isEmpty()
        ? Optional.empty()
        : Optional.of(
            problems().stream()
                .map(problem -> "\n  " + problem)
                .collect(Collectors.joining("", file + " cannot be used:", "")));
  }

  /**
   * Ends the reading.
   *
   * @throws ConfigurationRuntimeException with every problem, one a line
   */
  public void check() {
    end();
    complaint()
        .ifPresent(
            text -> {
              throw new ConfigurationRuntimeException(text);
            });
  }

  private Problem remark(String key, String text) {
    return remark(KeySteps.of(key), text);
  }

  private Problem remark(KeySteps key, String text) {
    String element = key.isAttribute() ? key.parent().path() : key.path();
    int line = lines.of(join(path, element));
    StringBuilder place = new StringBuilder(line == 0 ? "" : "line " + line);
    for (String part : List.of(within, key.shown())) {
      place.append(place.isEmpty() || part.isEmpty() ? "" : ", ").append(part);
    }
    return new Problem(line, place.toString(), text);
  }

  private static String join(String path, String more) {
    return path.isEmpty() || more.isEmpty() ? path + more : path + "." + more;
  }
}
