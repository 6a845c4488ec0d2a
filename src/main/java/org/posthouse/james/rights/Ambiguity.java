/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

/**
 * Two readers of a header could see two different senders. The message says why, in ASCII, and
 * beside it is what the client has written; empty where that is no text.
 */
final class Ambiguity extends Exception {
  private static final long serialVersionUID = 1;

  private final String written;

  Ambiguity(String why) {
    this(why, "");
  }

  private Ambiguity(String why, String written) {
    super(why, null, false, false);
    this.written = written;
  }

  /** The same, of a field's value. */
  Ambiguity of(String value) {
    return new Ambiguity(why(), value);
  }

  String written() {
    return written;
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
