/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Lines;

/**
 * One processor element as it is written, before anything is loaded.
 *
 * @param place its line, looked up when it is asked for, and its name
 * @param name empty when the state attribute is missing
 * @param matchers names of the matchers of its composite matchers, conditions cut off
 */
record ConfiguredProcessor(
    Place place,
    String name,
    List<String> matchers,
    List<ConfiguredMailet> mailets,
    HierarchicalConfiguration<ImmutableNode> values) {

  /** One mailet element; {@code matchers} holds match and notmatch without their conditions. */
  record ConfiguredMailet(
      Place place,
      String className,
      List<String> matchers,
      Map<String, String> parameters,
      HierarchicalConfiguration<ImmutableNode> values) {
    String simpleName() {
      return className.substring(className.lastIndexOf('.') + 1);
    }

    @Nullable String parameter(String key) {
      return parameters.get(key);
    }
  }

  /**
   * Reads all processors.
   *
   * @param lines of the file they come from
   */
  static List<ConfiguredProcessor> read(
      HierarchicalConfiguration<ImmutableNode> processors, Lines lines) {
    List<HierarchicalConfiguration<ImmutableNode>> all = processors.configurationsAt("processor");
    return IntStream.range(0, all.size())
        .mapToObj(i -> of(all.get(i), lines, "processors.processor(" + i + ")"))
        .toList();
  }

  private static ConfiguredProcessor of(
      HierarchicalConfiguration<ImmutableNode> processor, Lines lines, String path) {
    String name = processor.getString("[@state]", "");
    Place place = new Place(lines, path, "processor '" + name + "'");
    List<String> composites = new ArrayList<>();
    List<String> named = new ArrayList<>();
    processor.configurationsAt("matcher").forEach(m -> collect(m, composites, named));
    List<HierarchicalConfiguration<ImmutableNode>> mailets = processor.configurationsAt("mailet");
    return new ConfiguredProcessor(
        place,
        name,
        composites,
        IntStream.range(0, mailets.size())
            .mapToObj(i -> mailet(place, i, mailets.get(i), named))
            .toList(),
        processor);
  }

  private static void collect(
      HierarchicalConfiguration<ImmutableNode> matcher, List<String> into, List<String> named) {
    into.addAll(matchersOf(matcher));
    if (matcher.containsKey("[@name]")) {
      named.add(matcher.getString("[@name]"));
    }
    matcher.configurationsAt("matcher").forEach(child -> collect(child, into, named));
  }

  private static ConfiguredMailet mailet(
      Place processor,
      int index,
      HierarchicalConfiguration<ImmutableNode> mailet,
      List<String> named) {
    String className = mailet.getString("[@class]", "");
    Place place =
        new Place(
            processor.lines(),
            processor.path() + ".mailet(" + index + ")",
            processor.words() + ", mailet " + (index + 1) + " (" + className + ")");
    List<String> matchers = new ArrayList<>(matchersOf(mailet));
    matchers.removeAll(named);
    Map<String, String> parameters = new LinkedHashMap<>();
    mailet
        .getKeys()
        .forEachRemaining(
            key -> {
              if (!key.startsWith("[@")) {
                parameters.put(key, String.join(",", mailet.getStringArray(key)));
              }
            });
    return new ConfiguredMailet(place, className, matchers, parameters, mailet);
  }

  private static List<String> matchersOf(HierarchicalConfiguration<ImmutableNode> element) {
    List<String> names = new ArrayList<>();
    for (String key : List.of("[@match]", "[@notmatch]")) {
      String match = element.getString(key, null);
      if (match != null) {
        int condition = match.indexOf('=');
        names.add(condition < 0 ? match : match.substring(0, condition));
      }
    }
    return names;
  }
}
