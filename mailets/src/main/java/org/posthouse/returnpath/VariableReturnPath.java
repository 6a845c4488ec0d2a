/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

import org.posthouse.secret.Secrets;

/**
 * Variable envelope return paths (Bernstein, 1997): each recipient's mail comes from an address of
 * its own, so that a bounce tells by where it goes whose it is, whatever it says.
 *
 * <pre>
 * signed  bounces+k3f7a2qd2w=user=host.example@example.com
 * plain   bounces+user=host.example@example.com
 * </pre>
 */
public final class VariableReturnPath {
  private final Mailbox base;
  private final char delimiter;
  private final VerpToken token;

  private VariableReturnPath(Mailbox base, char delimiter, VerpToken token) {
    this.base = base;
    this.delimiter = delimiter;
    this.token = token;
  }

  /**
   * Return paths that nobody else can make.
   *
   * @param base the address without a token
   * @param delimiter what stands before the token
   * @param maxAge days, below 1023, that a return path is good for
   */
  public static VariableReturnPath signed(
      Mailbox base, char delimiter, Secrets secrets, int maxAge) {
    return new VariableReturnPath(base, delimiter, new SignedVerpToken(secrets, maxAge));
  }

  /** Return paths as other programs read them, which anybody can make. */
  public static VariableReturnPath plain(Mailbox base, char delimiter) {
    return new VariableReturnPath(base, delimiter, new PlainVerpToken());
  }

  /** Whether an address is a return path of the base, by its look. */
  public static boolean isReturnPath(Mailbox address, Mailbox base, char delimiter) {
    String prefix = base.localPart() + delimiter;
    return address.domain().equalsIgnoreCase(base.domain())
        && address.localPart().length() > prefix.length()
        && address.localPart().regionMatches(true, 0, prefix, 0, prefix.length());
  }

  /**
   * The address to send from.
   *
   * @param day since 1970 began
   */
  public Mailbox forward(Mailbox recipient, long day) {
    String local = base.localPart() + delimiter + token.of(recipient, base, day);
    return new Mailbox(local, base.domain());
  }

  /**
   * Whose mail came back to an address.
   *
   * @param today days since 1970 began
   */
  public Returned reverse(Mailbox address, long today) {
    return isReturnPath(address, base, delimiter)
        ? token.read(address.localPart().substring(base.localPart().length() + 1), base, today)
        : new Returned.Foreign();
  }
}
