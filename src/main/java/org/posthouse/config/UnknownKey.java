/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.posthouse.spelling.NearestName;

/** Finds what nobody reads in a configuration, and what its author probably meant. */
record UnknownKey(Set<KeySteps> known, Set<KeySteps> left) {
  /**
   * The first element or attribute on the way to a key that does not exist; the whole key when it
   * holds text where elements belong; null when it is read.
   */
  @Nullable KeySteps in(KeySteps key) {
    if (known.contains(key)) {
      return null; // As nearly every key of nearly every file; the start waits for this.
    }
    for (int i = 1; i <= key.size(); i++) {
      KeySteps part = key.first(i);
      if (left.contains(part)) {
        return null;
      }
      if (known.stream().noneMatch(name -> begins(name, part))
          && left.stream().noneMatch(name -> begins(name, part))) {
        return part;
      }
    }
    return key;
  }

  private static boolean begins(KeySteps name, KeySteps part) {
    return name.size() >= part.size() && name.first(part.size()).equals(part);
  }

  /**
   * What to tell of a part that {@link #in} found.
   *
   * @param special what to say of it instead of that it does not exist
   */
  String text(KeySteps part, Optional<String> special) {
    if (known.stream().anyMatch(name -> begins(name, part))) {
      return "it holds other elements, no text of its own";
    }
    String what = part.isAttribute() ? "attribute" : "setting";
    return special.orElse("there is no such " + what) + suggestion(part);
  }

  private String suggestion(KeySteps part) {
    return elsewhere(part).or(() -> nearest(part)).orElse("");
  }

  private Optional<String> nearest(KeySteps part) {
    Set<String> siblings = new TreeSet<>();
    Stream.concat(known.stream(), left.stream())
        .filter(name -> name.size() >= part.size() && begins(name, part.parent()))
        .map(name -> name.first(part.size()))
        .filter(name -> name.isAttribute() == part.isAttribute())
        .forEach(name -> siblings.add(name.name()));
    return NearestName.of(part.name(), siblings.stream())
        .map(name -> "; did you mean " + new KeySteps(List.of(name)).shown() + "?");
  }

  private Optional<String> elsewhere(KeySteps part) {
    return known.stream()
        .filter(name -> name.name().equals(part.name()))
        .findFirst()
        .map(
            name ->
                name.size() == 1
                    ? "; it does not belong into " + part.parent().shown()
                    : "; it belongs into " + name.parent().shown());
  }
}
