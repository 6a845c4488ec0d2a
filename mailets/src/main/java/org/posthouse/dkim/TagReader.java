/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the tags of one list and keeps the first thing that is wrong with them. */
final class TagReader {
  private final TagList tags;
  private final DkimStatus statusOfProblems;
  private @Nullable Refusal problem;

  /**
   * @param statusOfProblems what a tag that is missing or malformed makes of the whole
   */
  TagReader(TagList tags, DkimStatus statusOfProblems) {
    this.tags = tags;
    this.statusOfProblems = statusOfProblems;
  }

  /** The first thing that was wrong. */
  Optional<Refusal> problem() {
    return Optional.ofNullable(problem);
  }

  /** The later ones do not count. */
  void refuse(DkimStatus status, String reason) {
    if (problem == null) {
      problem = new Refusal(status, reason);
    }
  }

  private void refuse(String reason) {
    refuse(statusOfProblems, reason);
  }

  void check(boolean condition, String otherwise) {
    if (!condition) {
      refuse(otherwise);
    }
  }

  /** A value that must be there and not be empty. */
  String text(String name) {
    String value = tags.value(name).orElse("");
    check(!value.isEmpty(), name + "= is missing");
    return value;
  }

  String text(String name, String otherwise) {
    return tags.value(name).orElse(otherwise);
  }

  /** Base64 with white space anywhere in it. */
  byte[] base64(String name) {
    String packed = withoutSpace(text(name));
    try {
      return Base64.getDecoder().decode(packed.getBytes(ISO_8859_1));
    } catch (IllegalArgumentException e) {
      refuse(name + "= is not base64");
      return new byte[0];
    }
  }

  /** A list separated by colons, in lower case, white space around the colons left out. */
  List<String> list(String name, String otherwise) {
    List<String> items = new ArrayList<>();
    for (String item : text(name, otherwise).split(":", -1)) {
      items.add(item.strip().toLowerCase(Locale.ROOT));
    }
    return items;
  }

  /** A whole number of at most so many digits, which are fewer than 19. */
  OptionalLong number(String name, int maxDigits) {
    if (!tags.has(name)) {
      return OptionalLong.empty();
    }
    String digits = tags.value(name).orElse("");
    boolean valid = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    check(valid, name + "= is not a number");
    if (!valid || digits.length() > maxDigits) {
      return valid ? OptionalLong.of(Long.MAX_VALUE) : OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(digits));
  }

  /** A name of the DNS in its ASCII form, in lower case. */
  String domain(String name) {
    Optional<String> domain = DomainName.ascii(text(name));
    check(domain.isPresent(), name + "= is not a domain name");
    return domain.orElse("");
  }

  static String withoutSpace(String value) {
    StringBuilder result = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      if (!TagList.isSpace(value.charAt(i))) {
        result.append(value.charAt(i));
      }
    }
    return result.toString();
  }
}
