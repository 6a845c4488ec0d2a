/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.Set;

/**
 * What some clients may send.
 *
 * @param name for the log, and the attribute of mails
 * @param line in senders.xml, from 1; 0 when unknown
 * @param sender whom MAIL FROM may name
 * @param from whom the header field From may name
 * @param alsoCheck further fields that are held to {@code from}, in lower case
 * @param recipients whom mail may go to, besides the local addresses
 * @param size most octets of a mail; {@link Long#MAX_VALUE} for no limit
 * @param extensions of SMTP that may be used, in upper case
 * @param nullSender whether the null reverse-path may be used
 */
record Rule(
    String name,
    int line,
    Conditions conditions,
    AddressList sender,
    AddressList from,
    Set<String> alsoCheck,
    AddressList recipients,
    long size,
    Set<String> extensions,
    boolean nullSender,
    DisplayNames displayNames,
    Otherwise otherwise) {
  @Override
  public String toString() {
    return "'" + name + "'" + (line == 0 ? "" : " (line " + line + ")");
  }
}
