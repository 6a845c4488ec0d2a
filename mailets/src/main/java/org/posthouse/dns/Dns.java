/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

/** Asks the DNS. What it says, and that it says nothing, is an answer and never an exception. */
@FunctionalInterface
public interface Dns {
  /**
   * Asks for all records of a name and type. Aliases (CNAME) are followed. Waits no longer than a
   * few seconds.
   *
   * @param name with or without the last dot; one that cannot be a name has no records
   * @param type as {@link org.xbill.DNS.Type} numbers them
   */
  Answer ask(String name, int type);
}
