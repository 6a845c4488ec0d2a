/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

/** Asks the DNS. What it says, and that it says nothing, is an answer and never an exception. */
@FunctionalInterface
public interface Dns {
  /**
   * Asks for all records of a name and type. Aliases (CNAME) are followed. Waits no longer than a
   * few seconds.
   *
   * @param name in the form of a master file (RFC 1035 section 5.1: a backslash escapes), with or
   *     without the last dot; one that cannot be a name, or is not ASCII, is no such name
   * @param type as {@link org.xbill.DNS.Type} numbers them
   */
  Answer ask(String name, int type);
}
