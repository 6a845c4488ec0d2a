/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

/**
 * Whether a mechanism matches.
 *
 * @param code PASS when it does, NONE when it does not; else the error
 */
record Match(SpfCode code, String problem) {
  static final Match YES = new Match(SpfCode.PASS, "");
  static final Match NO = new Match(SpfCode.NONE, "");

  static Match of(boolean matches) {
    return matches ? YES : NO;
  }

  static Match temporary(String problem) {
    return new Match(SpfCode.TEMPERROR, problem);
  }

  static Match permanent(String problem) {
    return new Match(SpfCode.PERMERROR, problem);
  }
}
