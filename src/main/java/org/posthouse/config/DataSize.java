/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of data, written as a number and a unit: {@code 256 MiB}, {@code 10 MB}, {@code 512 B}.
 *
 * @param octets not negative
 */
public record DataSize(long octets) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]+)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "b", 1L,
          "kb", 1_000L,
          "mb", 1_000_000L,
          "gb", 1_000_000_000L,
          "kib", 1L << 10,
          "mib", 1L << 20,
          "gib", 1L << 30);

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException when the text is no size, or one beyond 8 EiB
   */
  public static DataSize parse(String text) {
    Matcher matcher = FORM.matcher(text.trim());
    Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size; write a number and B, kB, MB, GB, KiB, MiB or GiB");
    }
    long number = Long.parseLong(matcher.group(1));
    if (number > Long.MAX_VALUE / unit) {
      throw new IllegalArgumentException("'" + text + "' is more than any disk holds");
    }
    return new DataSize(number * unit);
  }
}
