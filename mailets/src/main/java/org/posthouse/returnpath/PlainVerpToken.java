/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

/** The token as Bernstein's VERP of 1997 has it: {@code user=host}. Anybody can make one. */
final class PlainVerpToken implements VerpToken {
  @Override
  public String of(Mailbox recipient, Mailbox base, long day) {
    return recipient.localPart() + "=" + recipient.domain();
  }

  @Override
  public Returned read(String token, Mailbox base, long today) {
    int last = token.lastIndexOf('='); // a domain has none
    return last < 1 || last == token.length() - 1
        ? new Returned.Refused(Returned.Reason.MALFORMED)
        : new Returned.Original(new Mailbox(token.substring(0, last), token.substring(last + 1)));
  }
}
