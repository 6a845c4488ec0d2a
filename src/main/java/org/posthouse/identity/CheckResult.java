/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import org.jspecify.annotations.Nullable;

/**
 * What became of a login.
 *
 * @param identity who it is; null unless accepted
 * @param credential the name of the credential that opened, such as one of several passwords; null
 *     unless accepted
 * @param reason for the log only: why nothing could be checked, or what is known of a rejection;
 *     null where there is nothing to say
 * @param guessed whether a source that could be asked has found the secret wrong
 * @param verifier what the secret was compared with; null where the source does not show it
 */
public record CheckResult(
    Outcome outcome,
    @Nullable Identity identity,
    @Nullable String credential,
    @Nullable String reason,
    boolean guessed,
    @Nullable ScramVerifier verifier) {
  /** The three ends of a check. */
  public enum Outcome {
    ACCEPTED,
    /** No such user or a wrong password; which of the two is not told. */
    REJECTED,
    /** Nothing was checked: a reason to try again, never to ask for another password. */
    UNAVAILABLE
  }

  public static final CheckResult REJECTED =
      new CheckResult(Outcome.REJECTED, null, null, null, true, null);

  /** The secret was right once. */
  public static CheckResult expired(String credential) {
    return new CheckResult(
        Outcome.REJECTED, null, null, "the password '" + credential + "' has expired", true, null);
  }

  public static CheckResult accepted(Identity identity, String credential) {
    return new CheckResult(Outcome.ACCEPTED, identity, credential, null, false, null);
  }

  static CheckResult accepted(Identity identity, Credential credential) {
    return new CheckResult(
        Outcome.ACCEPTED, identity, credential.name(), null, false, credential.verifier());
  }

  public static CheckResult unavailable(String reason) {
    return new CheckResult(Outcome.UNAVAILABLE, null, null, reason, false, null);
  }

  /** The same, where another source has found the secret wrong. */
  CheckResult afterGuess() {
    return new CheckResult(outcome, identity, credential, reason, true, verifier);
  }

  /** The same, of an identity of which more is known. */
  CheckResult of(Identity whole) {
    return new CheckResult(outcome, whole, credential, reason, guessed, verifier);
  }

  public boolean isAccepted() {
    return outcome == Outcome.ACCEPTED;
  }
}
