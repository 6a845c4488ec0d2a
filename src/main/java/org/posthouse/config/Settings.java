/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.configuration2.BaseConfiguration;
import org.apache.commons.configuration2.ImmutableConfiguration;
import org.apache.commons.configuration2.ImmutableHierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;

/**
 * Reads a configuration file, or one element of it, and gathers all that is wrong. What nobody
 * asked for before {@link #end} is unknown, and an unknown key is an error: it would otherwise be a
 * setting that its author believes in.
 */
public final class Settings {
  private static final KeySteps NONE = KeySteps.of("");

  private final Remarks remarks;
  private final String path;
  private final String within;
  private final KeySteps above;
  private final ImmutableConfiguration values;
  private final Set<String> known = new TreeSet<>();
  private final Set<KeySteps> left = new LinkedHashSet<>();
  private final List<String> leftBeginnings = new ArrayList<>();
  private final Map<String, String> unknownBeginnings = new HashMap<>();
  private final List<Nested> nested = new ArrayList<>();
  private final Map<String, List<Settings>> parts = new HashMap<>();

  /** An element that {@link #parts} gave. */
  private record Nested(String element, Settings part) {}

  /**
   * Begins to read.
   *
   * @param file where the values came from, for what is said of them; need not exist
   */
  public Settings(Path file, ImmutableConfiguration values) {
    this(new Remarks(file.getFileName().toString(), new Lines(file)), "", "", NONE, values);
  }

  /**
   * Begins to read one element.
   *
   * @param lines of its file
   * @param path to the element, as {@link XmlElement#find} takes it
   * @param within the element in words, for instance "processor 'root', mailet 2"
   */
  public Settings(Lines lines, String path, String within, ImmutableConfiguration values) {
    this(new Remarks("", lines), path, within, NONE, values);
  }

  private Settings(
      Remarks remarks, String path, String within, KeySteps above, ImmutableConfiguration values) {
    this.remarks = remarks;
    this.path = path;
    this.within = within;
    this.above = above;
    this.values = values;
  }

  /** One element of this file, whose problems count as the file's. */
  public Settings part(String element, ImmutableConfiguration part) {
    return new Settings(remarks, join(path, element), within, above, part);
  }

  /** The only element of that name, as {@link #parts} gives it; an empty one when it is missing. */
  public Settings section(String element) {
    List<Settings> all = parts(element);
    if (all.size() > 1) {
      problem(element, "it is written " + all.size() + " times");
      nested.removeIf(each -> all.indexOf(each.part()) > 0); // nobody reads them
    }
    return all.isEmpty() ? nested(element, element, new BaseConfiguration()) : all.get(0);
  }

  /**
   * All elements of that name, in order, whose problems count as the file's. What nobody asked for
   * in them is unknown as soon as the reading of this ends.
   */
  public List<Settings> parts(String element) {
    return parts.computeIfAbsent(element, this::elements);
  }

  /** An element of one of several names. */
  public record Element(String name, Settings part) {}

  /** All elements of these names in the order of the file; each as {@link #parts} gives it. */
  public List<Element> inOrder(String... names) {
    Map<String, Iterator<Settings>> left = new HashMap<>();
    for (String name : names) {
      left.put(name, parts(name).iterator());
    }
    List<Element> all = new ArrayList<>();
    if (values instanceof ImmutableHierarchicalConfiguration tree) {
      for (ImmutableHierarchicalConfiguration each : tree.immutableChildConfigurationsAt("")) {
        Iterator<Settings> next = left.get(each.getRootElementName());
        if (next != null && next.hasNext()) {
          all.add(new Element(each.getRootElementName(), next.next()));
        }
      }
    }
    return List.copyOf(all);
  }

  private List<Settings> elements(String element) {
    leave(element);
    List<Settings> all = new ArrayList<>();
    if (values instanceof ImmutableHierarchicalConfiguration tree) {
      for (ImmutableHierarchicalConfiguration each : tree.immutableConfigurationsAt(element)) {
        all.add(nested(element, element + "(" + all.size() + ")", each));
      }
    }
    return List.copyOf(all);
  }

  private Settings nested(String element, String step, ImmutableConfiguration each) {
    KeySteps shown = above.with(KeySteps.of(element));
    Settings part = new Settings(remarks, join(path, step), within, shown, each);
    nested.add(new Nested(element, part));
    return part;
  }

  /** Octets, from a {@link DataSize}. */
  public long size(String key, long otherwise) {
    return read(key, otherwise, text -> DataSize.parse(text).octets());
  }

  /** {@code true}, {@code yes}, {@code on} or their opposites, in any case. */
  public boolean truth(String key, boolean otherwise) {
    return read(key, otherwise, Values::truth);
  }

  /** A whole number from {@code least} to {@code most}. */
  public int number(String key, int least, int most, int otherwise) {
    return read(key, otherwise, text -> Values.number(text, least, most));
  }

  /** A span of time from {@code least} to {@code most}, as {@link TimeSpan} reads it. */
  public Duration duration(String key, Duration least, Duration most, Duration otherwise) {
    return read(key, otherwise, text -> Values.duration(text, least, most));
  }

  /** One of some words, in any case; the word as it is known. */
  public String word(String key, String otherwise, String... words) {
    return read(key, otherwise, text -> Values.word(text, words));
  }

  /** A constant of an enumeration, written in any case and with hyphens: {@code ipv6-first}. */
  public <E extends Enum<E>> E choice(String key, E otherwise) {
    E[] all = otherwise.getDeclaringClass().getEnumConstants();
    String[] words = Arrays.stream(all).map(Values::word).toArray(String[]::new);
    String word = word(key, Values.word(otherwise), words);
    return all[Arrays.asList(words).indexOf(word)];
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

  /** Says this of keys that begin so and that nobody asked for. */
  public void unknownBeginning(String beginning, String text) {
    unknownBeginnings.put(beginning, text);
  }

  /** Warns of an element that is allowed and does nothing. */
  public void dead(String key, String why) {
    if (!texts(key).isEmpty()) {
      warning(key, why);
    }
  }

  /** The keys that were asked for, also of what {@link #parts} gave. */
  public Set<String> known() {
    Set<String> all = new TreeSet<>(known);
    for (Nested each : nested) {
      all.add(each.element());
      for (String key : each.part().known()) {
        all.add(key.startsWith("[") ? each.element() + key : join(each.element(), key));
      }
    }
    return Collections.unmodifiableSet(all);
  }

  /** The line, from 1, of an element of that key; 0 when unknown. */
  public int line(String key) {
    return remark(key, "").line();
  }

  /** Adds a problem; with an empty key, of the element as a whole. */
  public void problem(String key, String text) {
    remarks.problem(remark(key, text));
  }

  /** Adds something that does not stop the start. */
  public void warning(String key, String text) {
    remarks.warning(remark(key, text));
  }

  /** Ends the reading: from now on, what nobody asked for is a problem. */
  public void end() {
    nested.forEach(each -> each.part().end());
    if (!known.contains("")) {
      noText();
    }
    UnknownKey unknown = unknownKey();
    unknown()
        .forEach(
            (part, key) -> remarks.problem(remark(part, unknown.text(part, ofBeginning(key)))));
  }

  /**
   * Whether something stands here that nobody has asked for until now: perhaps a misspelt setting,
   * so that what follows from its absence is not worth telling.
   */
  public boolean hasUnknown() {
    return !unknown().isEmpty();
  }

  /** Each with the first key that begins with it. */
  private Map<KeySteps, String> unknown() {
    UnknownKey unknown = unknownKey();
    Map<KeySteps, String> found = new LinkedHashMap<>();
    for (Iterator<String> keys = values.getKeys(); keys.hasNext(); ) {
      String key = keys.next();
      KeySteps part =
          key.isEmpty() || leftBeginnings.stream().anyMatch(key::startsWith)
              ? null
              : unknown.in(KeySteps.of(key));
      if (part != null) {
        found.putIfAbsent(part, key);
      }
    }
    return found;
  }

  private UnknownKey unknownKey() {
    return new UnknownKey(known.stream().map(KeySteps::of).collect(Collectors.toSet()), left);
  }

  private Optional<String> ofBeginning(String key) {
    return unknownBeginnings.entrySet().stream()
        .filter(each -> key.startsWith(each.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private void noText() {
    if (values.getStringArray("").length > 0) {
      problem("", "it holds no text of its own");
    }
  }

  /** What was found, by lines. */
  public List<Problem> problems() {
    return remarks.problems();
  }

  /** What does not stop the start, by lines. */
  public List<Problem> warnings() {
    return remarks.warnings();
  }

  /** All problems in words, one a line, below the name of the file; empty when there are none. */
  public Optional<String> complaint() {
    return remarks.complaint();
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
    int line = remarks.line(join(path, element));
    StringBuilder place = new StringBuilder(line == 0 ? "" : "line " + line);
    for (String part : List.of(within, above.with(key).shown())) {
      place.append(place.isEmpty() || part.isEmpty() ? "" : ", ").append(part);
    }
    return new Problem(line, place.toString(), text);
  }

  private static String join(String path, String more) {
    return path.isEmpty() || more.isEmpty() ? path + more : path + "." + more;
  }
}
