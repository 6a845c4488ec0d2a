/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

/**
 * What the DNS says of a key.
 *
 * @param detail a few words more; may be empty
 */
public record Publication(State state, String detail) {
  /** Its words stand in the log and in what commands print. */
  public enum State {
    /** The record is there and is of this key. */
    PUBLISHED("published"),
    /** It is, and says that the domain only tries DKIM out (t=y): some take no notice of it. */
    TESTING("testing"),
    /** It is, but the key has fewer bits than RFC 8301 section 3.2 asks signers for. */
    SHORT("too short"),
    /** There is no record. */
    MISSING("missing"),
    /** It says that the key is withdrawn. */
    REVOKED("revoked"),
    /** It is of another key. */
    OTHER("other key"),
    /** There is something that verifiers cannot use. */
    UNUSABLE("unusable"),
    /** The DNS gave no answer. */
    UNKNOWN("unknown");

    private final String words;

    State(String words) {
      this.words = words;
    }

    /** In words. */
    public String words() {
      return words;
    }

    /** Whether signatures verify that are made with the key. */
    public boolean verifies() {
      return this == PUBLISHED || this == TESTING || this == SHORT;
    }

    /** Whether the DNS says that no signature of the key will verify. */
    public boolean contradicts() {
      return !verifies() && this != UNKNOWN;
    }
  }

  /** In words, with the detail in brackets. */
  @Override
  public String toString() {
    return state.words() + (detail.isEmpty() ? "" : " (" + detail + ")");
  }
}
