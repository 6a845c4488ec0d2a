/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

/**
 * Names one entry of the spool. Ids grow over the life of a store, also across restarts, so that
 * their order is the order of acceptance. Printed with 32 digits and letters that cannot be misread
 * (no I, L, O, U), for logs and replies.
 *
 * @param value positive
 */
public record SpoolId(long value) implements Comparable<SpoolId> {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int BITS = 5;

  /**
   * Reads what {@link #toString} printed.
   *
   * @throws IllegalArgumentException when the text is no id
   */
  public static SpoolId parse(String text) {
    if (text.isEmpty() || text.length() > 13) {
      throw new IllegalArgumentException("not a queue id: " + text);
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0 || value > Long.MAX_VALUE >> BITS) {
        throw new IllegalArgumentException("not a queue id: " + text);
      }
      value = value << BITS | digit;
    }
    if (value == 0) {
      throw new IllegalArgumentException("not a queue id: " + text);
    }
    return new SpoolId(value);
  }

  @Override
  public int compareTo(SpoolId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(13);
    long rest = value;
    do {
      text.append(ALPHABET.charAt((int) (rest & 31)));
      rest >>>= BITS;
    } while (rest != 0);
    return text.reverse().toString();
  }
}
