/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

/** A day in two digits, as SRS writes it: the low ten bits of the days since 1970 began (UTC). */
final class DayStamp {
  static final int LENGTH = 2;
  private static final int CYCLE = 1024;

  private DayStamp() {}

  static String of(long day) {
    return "" + Base32.digit(day >> 5) + Base32.digit(day);
  }

  static boolean isReadable(String stamp) {
    return stamp.length() == LENGTH
        && Base32.value(stamp.charAt(0)) >= 0
        && Base32.value(stamp.charAt(1)) >= 0;
  }

  /**
   * Whether no more days went by than {@code maxAge}. Tomorrow counts as today: clocks of relays
   * that share a secret differ by a little.
   *
   * @param stamp readable
   */
  static boolean isYoung(String stamp, long today, int maxAge) {
    int day = Base32.value(stamp.charAt(0)) << 5 | Base32.value(stamp.charAt(1));
    long age = Math.floorMod(today - day, CYCLE);
    return age <= maxAge || age == CYCLE - 1;
  }
}
