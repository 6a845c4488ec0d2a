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

/**
 * One processor element as it is written, before anything is loaded.
 *
 * @param name empty when the state attribute is missing
 * @param matchers names of the matchers of its composite matchers, conditions cut off
 */
record ConfiguredProcessor(String name, List<String> matchers, List<ConfiguredMailet> mailets) {

  /** One mailet element; {@code matchers} holds match and notmatch without their conditions. */
  record ConfiguredMailet(
      String place, String className, List<String> matchers, Map<String, String> parameters) {
    String simpleName() {
      return className.substring(className.lastIndexOf('.') + 1);
    }

    @Nullable String parameter(String key) {
      return parameters.get(key);
    }
  }

  static List<ConfiguredProcessor> read(HierarchicalConfiguration<ImmutableNode> processors) {
    return processors.configurationsAt("processor").stream().map(ConfiguredProcessor::of).toList();
  }

  private static ConfiguredProcessor of(HierarchicalConfiguration<ImmutableNode> processor) {
    String name = processor.getString("[@state]", "");
    List<String> composites = new ArrayList<>();
    List<String> named = new ArrayList<>();
    processor.configurationsAt("matcher").forEach(m -> collect(m, composites, named));
    List<HierarchicalConfiguration<ImmutableNode>> mailets = processor.configurationsAt("mailet");
    return new ConfiguredProcessor(
        name,
        composites,
        IntStream.range(0, mailets.size())
            .mapToObj(i -> mailet(name, i + 1, mailets.get(i), named))
            .toList());
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
      String processor,
      int number,
      HierarchicalConfiguration<ImmutableNode> mailet,
      List<String> named) {
    String className = mailet.getString("[@class]", "");
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
    String place = "processor '" + processor + "', mailet " + number + " (" + className + ")";
    return new ConfiguredMailet(place, className, matchers, parameters);
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
