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
import org.posthouse.config.XmlElement;

/**
 * One processor element as it is written, before anything is loaded.
 *
 * @param place for a person: its line where that is known, and its name
 * @param name empty when the state attribute is missing
 * @param matchers names of the matchers of its composite matchers, conditions cut off
 */
record ConfiguredProcessor(
    String place, String name, List<String> matchers, List<ConfiguredMailet> mailets) {

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

  /**
   * Reads all processors.
   *
   * @param lines where the element stands; null when that is not known
   */
  static List<ConfiguredProcessor> read(
      HierarchicalConfiguration<ImmutableNode> processors, @Nullable XmlElement lines) {
    List<HierarchicalConfiguration<ImmutableNode>> all = processors.configurationsAt("processor");
    return IntStream.range(0, all.size())
        .mapToObj(i -> of(all.get(i), child(lines, "processor", i)))
        .toList();
  }

  private static @Nullable XmlElement child(@Nullable XmlElement parent, String name, int index) {
    List<XmlElement> children = parent == null ? List.of() : parent.children(name);
    return index < children.size() ? children.get(index) : null;
  }

  private static String line(@Nullable XmlElement element) {
    return element == null ? "" : "line " + element.line() + ", ";
  }

  private static ConfiguredProcessor of(
      HierarchicalConfiguration<ImmutableNode> processor, @Nullable XmlElement lines) {
    String name = processor.getString("[@state]", "");
    List<String> composites = new ArrayList<>();
    List<String> named = new ArrayList<>();
    processor.configurationsAt("matcher").forEach(m -> collect(m, composites, named));
    List<HierarchicalConfiguration<ImmutableNode>> mailets = processor.configurationsAt("mailet");
    return new ConfiguredProcessor(
        line(lines) + "processor '" + name + "'",
        name,
        composites,
        IntStream.range(0, mailets.size())
            .mapToObj(
                i ->
                    mailet(
                        line(child(lines, "mailet", i))
                            + "processor '"
                            + name
                            + "', mailet "
                            + (i + 1),
                        mailets.get(i),
                        named))
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
      String place, HierarchicalConfiguration<ImmutableNode> mailet, List<String> named) {
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
    return new ConfiguredMailet(place + " (" + className + ")", className, matchers, parameters);
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
