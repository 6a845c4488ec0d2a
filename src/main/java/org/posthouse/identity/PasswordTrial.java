/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One password against one user's credentials.
 *
 * <p>Every failure takes the same number of PBKDF2 rounds, that of the costliest user of the file,
 * so that time tells nobody whether a user exists or how many credentials it has.
 */
final class PasswordTrial {
  private static final byte[] DECOY_SALT = decoySalt();

  private final KeyDerivation derivation;

  PasswordTrial(KeyDerivation derivation) {
    this.derivation = derivation;
  }

  /**
   * The credential that the password opens, if any.
   *
   * @param opens whether a credential still does; one that does not costs what any failure costs
   */
  Optional<Credential> run(
      UserTable table, List<Credential> credentials, String password, Predicate<Credential> opens) {
    Optional<String> prepared = prepared(password);
    // A password that can match nothing still costs what any other does.
    String spent = prepared.orElse("\u0000");
    Found found = prepared.isPresent() ? match(credentials, spent) : new Found(Optional.empty(), 0);
    if (found.match().filter(opens).isEmpty()) {
      pad(spent, table.mostRounds() - found.rounds());
    }
    return found.match();
  }

  /**
   * What came of a look.
   *
   * @param rounds that it has cost
   */
  private record Found(Optional<Credential> match, long rounds) {}

  private Found match(List<Credential> credentials, String password) {
    List<Credential> left = new ArrayList<>(credentials);
    Optional<Credential> match = Optional.empty();
    long rounds = 0;
    while (!left.isEmpty() && match.isEmpty()) {
      ScramVerifier first = left.get(0).verifier();
      rounds += first.iterations();
      byte[] salted = derivation.derive(password, first.salt(), first.iterations());
      match =
          left.stream()
              .filter(c -> c.verifier().sharesSaltWith(first) && c.verifier().matches(salted))
              .findFirst();
      left.removeIf(c -> c.verifier().sharesSaltWith(first));
    }
    return new Found(match, rounds);
  }

  private void pad(String password, long rounds) {
    if (rounds > 0) {
      derivation.derive(password, DECOY_SALT, (int) Math.min(rounds, Integer.MAX_VALUE));
    }
  }

  /** Rounds for all credentials; those that share a salt are tried with one derived key. */
  static long rounds(List<Credential> credentials) {
    List<ScramVerifier> seen = new ArrayList<>();
    for (Credential credential : credentials) {
      if (seen.stream().noneMatch(credential.verifier()::sharesSaltWith)) {
        seen.add(credential.verifier());
      }
    }
    return seen.stream().mapToLong(ScramVerifier::iterations).sum();
  }

  private static Optional<String> prepared(String password) {
    try {
      return Optional.of(SaslPrep.prepare(password)).filter(p -> !p.isEmpty());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] decoySalt() {
    byte[] salt = new byte[16];
    new SecureRandom().nextBytes(salt);
    return salt;
  }
}
