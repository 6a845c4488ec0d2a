/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The users of one reading of the file, in its order, and what was wrong with it. */
public final class UserTable {
  static final UserTable EMPTY = new UserTable(Map.of(), List.of());

  private final Map<UserName, UserRecord> users;
  private final List<FileProblem> problems;
  private final long mostRounds;
  private final SortedMap<Integer, Long> iterations;

  UserTable(Map<UserName, UserRecord> users, List<FileProblem> problems) {
    this.users = Collections.unmodifiableMap(new LinkedHashMap<>(users));
    this.problems = List.copyOf(problems);
    this.mostRounds =
        users.values().stream()
            .mapToLong(u -> PasswordTrial.rounds(u.credentials()))
            .reduce(ScramVerifier.DEFAULT_ITERATIONS, Math::max);
    this.iterations = iterations(users.values());
  }

  public Optional<UserRecord> user(UserName name) {
    return Optional.ofNullable(users.get(name));
  }

  public Collection<UserRecord> users() {
    return users.values();
  }

  public List<FileProblem> problems() {
    return problems;
  }

  UserTable withProblems(List<FileProblem> others) {
    return new UserTable(users, others);
  }

  private static SortedMap<Integer, Long> iterations(Collection<UserRecord> users) {
    return users.stream()
        .flatMap(user -> user.credentials().stream().limit(1))
        .collect(groupingBy(first -> first.verifier().iterations(), TreeMap::new, counting()));
  }

  /**
   * Iterations for a name that nobody has, spread as those of the users are: with the most usual
   * ones for all, whoever has others would be known to exist.
   *
   * @param hash of the name
   */
  int iterationsLike(int hash) {
    long all = iterations.values().stream().mapToLong(Long::longValue).sum();
    long at = (Integer.toUnsignedLong(hash) * all) >>> Integer.SIZE;
    for (Map.Entry<Integer, Long> each : iterations.entrySet()) {
      at -= each.getValue();
      if (at < 0) {
        return each.getKey();
      }
    }
    return ScramVerifier.DEFAULT_ITERATIONS;
  }

  /** PBKDF2 rounds that a failed check takes, whoever is asked for. */
  long mostRounds() {
    return mostRounds;
  }
}
