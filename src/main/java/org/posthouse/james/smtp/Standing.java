/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

/** What is known of the address of a client when it connects. */
enum Standing {
  /** Nothing. */
  STRANGER,
  /** It has rights, or a login was right in its network. */
  KNOWN,
  /** A login was right at the very address. */
  AT_HOME
}
