/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.posthouse.envelope.SmtpReply;

/** What a host offers in its reply to EHLO (RFC 5321, section 4.1.1.1). */
public final class Capabilities {
  /** After HELO. */
  static final Capabilities NONE = new Capabilities(Map.of());

  private final Map<String, List<String>> parametersByKeyword;

  private Capabilities(Map<String, List<String>> parametersByKeyword) {
    this.parametersByKeyword = parametersByKeyword;
  }

  static Capabilities of(SmtpReply ehlo) {
    Map<String, List<String>> found = new HashMap<>();
    for (String line : ehlo.lines().subList(1, ehlo.lines().size())) {
      // AUTH=LOGIN is what some hosts have said since before RFC 2554.
      String[] words =
          line.strip().toUpperCase(Locale.ROOT).replace("AUTH=", "AUTH ").split("\\s+", -1);
      found.merge(
          words[0],
          List.copyOf(Arrays.asList(words).subList(1, words.length)),
          (first, second) -> first.size() >= second.size() ? first : second);
    }
    return new Capabilities(Map.copyOf(found));
  }

  /** Whether an extension is offered, by its keyword in upper case. */
  public boolean has(String keyword) {
    return parametersByKeyword.containsKey(keyword);
  }

  /** Whether an authentication mechanism is offered, by its name in upper case. */
  public boolean hasMechanism(String name) {
    return parametersByKeyword.getOrDefault("AUTH", List.of()).contains(name);
  }

  /** The largest message it takes, in octets; empty when it does not say (RFC 1870). */
  public OptionalLong largestMessage() {
    List<String> size = parametersByKeyword.getOrDefault("SIZE", List.of());
    if (size.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong number = number(size.get(0));
    return number.orElse(0) > 0 ? number : OptionalLong.empty();
  }

  /** A bound that it sets, such as RCPTMAX or MAILMAX (RFC 9422); empty when it sets none. */
  public OptionalInt limit(String name) {
    return parametersByKeyword.getOrDefault("LIMITS", List.of()).stream()
        .filter(limit -> limit.startsWith(name + "="))
        .map(limit -> number(limit.substring(name.length() + 1)))
        .filter(value -> value.orElse(0) > 0 && value.getAsLong() <= Integer.MAX_VALUE)
        .mapToInt(value -> (int) value.getAsLong())
        .min();
  }

  /** The least time to deliver in that it takes a mail with, in seconds (RFC 2852, section 2). */
  public long leastTimeToDeliver() {
    List<String> options = parametersByKeyword.getOrDefault("DELIVERBY", List.of());
    return options.isEmpty() ? 0 : number(options.get(0).split(",", 2)[0]).orElse(0);
  }

  private static OptionalLong number(String digits) {
    return digits.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(digits))
        : OptionalLong.empty();
  }

  @Override
  public String toString() {
    return String.join(" ", parametersByKeyword.keySet().stream().sorted().toList());
  }
}
