/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

/**
 * An addr-spec (RFC 5322 section 3.4.1) and where its two parts stand in a header line. What stands
 * between them, the at sign and by section 4.4 also comments and folds, belongs to neither.
 *
 * @param address what it says, without comments, white space and folds
 * @param localStart index of the local part's first octet
 * @param localEnd index behind its last octet
 * @param localComments the comments within the local part, each with a space before it
 * @param domainStart index of the domain's first octet
 * @param domainEnd index behind its last octet
 * @param domainComments the comments within the domain, each with a space before it
 */
record AddrSpec(
    Address address,
    int localStart,
    int localEnd,
    String localComments,
    int domainStart,
    int domainEnd,
    String domainComments) {

  /**
   * Appends another address in its place; a part that stays the same stays octet by octet.
   *
   * @param from where copying of the line goes on
   * @return the index of the line up to which it is written now
   */
  int replace(String line, int from, Address other, StringBuilder out) {
    int copied = from;
    if (!other.localPart().equals(address.localPart())) {
      out.append(line, copied, localStart);
      out.append(HeaderText.octets(other.localPart())).append(localComments);
      copied = localEnd;
    }
    if (!other.domain().equals(address.domain())) {
      out.append(line, copied, domainStart);
      out.append(HeaderText.octets(other.domain())).append(domainComments);
      copied = domainEnd;
    }
    return copied;
  }
}
