/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.util.concurrent.CompletionStage;

/** Knows access tokens of OAuth 2.0 (RFC 6750), as XOAUTH2 and OAUTHBEARER carry them. */
public interface TokenSource {
  /**
   * Whether the token is good, and whose it is.
   *
   * @param user whom the client wants to be, or empty; a token of somebody else is rejected
   * @return never completed exceptionally; unavailable when keys or the issuer could not be asked
   */
  CompletionStage<CheckResult> check(String token, String user);
}
