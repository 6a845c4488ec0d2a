/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

/** Two readers of a header could see two different senders. The message says why, in ASCII. */
final class Ambiguity extends Exception {
  private static final long serialVersionUID = 1;

  Ambiguity(String why) {
    super(why, null, false, false);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
