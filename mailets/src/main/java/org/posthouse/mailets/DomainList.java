/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Domains, separated by commas or blanks; one with a dot in front stands for all below it.
 *
 * @param domains in lower case
 */
record DomainList(List<String> domains) {
  static DomainList parse(String text) {
    return new DomainList(
        Arrays.stream(text.toLowerCase(Locale.ROOT).split("[,\\s]+", -1))
            .filter(word -> !word.isEmpty())
            .toList());
  }

  boolean contains(String domain) {
    String lower = domain.toLowerCase(Locale.ROOT);
    return domains.stream()
        .anyMatch(each -> each.startsWith(".") ? lower.endsWith(each) : lower.equals(each));
  }
}
