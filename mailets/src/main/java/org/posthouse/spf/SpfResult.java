/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import org.jspecify.annotations.Nullable;

/**
 * What check_host() says. Its texts are visible ASCII of bounded length, and otherwise whatever
 * somebody published or claimed.
 *
 * @param identity what was checked
 * @param domain that was checked, in A-labels; a name unless the code is NONE
 * @param mechanism that matched or could not be evaluated, as it is published, or {@code default};
 *     empty when none was reached
 * @param explanation why it failed in the words of the domain's owner: ASCII, up to 1000
 *     characters, of unknown intent; null when there is none
 * @param problem what went wrong; empty when nothing did
 */
public record SpfResult(
    SpfCode code,
    Identity identity,
    String domain,
    String mechanism,
    @Nullable String explanation,
    String problem) {
  private static final int LONGEST = 250;

  public SpfResult {
    domain = VisibleText.of(domain, LONGEST + 3);
    mechanism = VisibleText.of(mechanism, LONGEST);
    problem = VisibleText.of(problem, LONGEST);
  }

  /** What was checked (RFC 7208 sections 2.3 and 2.4). */
  public enum Identity {
    MAILFROM,
    HELO
  }
}
