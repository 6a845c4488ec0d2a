/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.posthouse.identity.Letters;

/**
 * Names of identities or groups, in lower case.
 *
 * @param whole written out
 * @param globs with a *, as they were written
 * @param patterns of the globs, in the same order
 */
record Names(Set<String> whole, List<String> globs, List<Pattern> patterns) {
  static final Names NONE = new Names(Set.of(), List.of(), List.of());

  static Names of(Collection<String> words) {
    Set<String> whole = new HashSet<>();
    List<String> globs = new ArrayList<>();
    for (String word : words) {
      String lower = Letters.lower(word);
      if (lower.indexOf('*') < 0) {
        whole.add(lower);
      } else {
        globs.add(lower);
      }
    }
    return new Names(
        Set.copyOf(whole), List.copyOf(globs), globs.stream().map(Names::glob).toList());
  }

  /** Names that are addresses have an at sign that a * may stand for. */
  private static Pattern glob(String text) {
    return Pattern.compile(Glob.compile(text).pattern().replace("[^@]*", ".*"));
  }

  boolean isEmpty() {
    return whole.isEmpty() && globs.isEmpty();
  }

  boolean hold(String name) {
    if (whole.contains(name) || globs.contains("*")) {
      return true;
    }
    for (Pattern pattern : patterns) {
      if (pattern.matches(name)) {
        return true;
      }
    }
    return false;
  }

  boolean holdAnyOf(Collection<String> names) {
    return names.stream().anyMatch(this::hold);
  }

  /** Whether every name that another list holds is held here, as far as can be told. */
  boolean cover(Names other) {
    return globs.contains("*")
        || (other.whole.stream().allMatch(this::hold) && globs.containsAll(other.globs));
  }

  /** The list taken apart. */
  List<Names> each() {
    List<Names> all = new ArrayList<>();
    whole.forEach(name -> all.add(of(List.of(name))));
    globs.forEach(glob -> all.add(of(List.of(glob))));
    return all;
  }
}
