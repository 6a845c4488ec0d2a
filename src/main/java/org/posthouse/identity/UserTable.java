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

/** The users of one reading of the file, in its order, and what was wrong with it. */
public final class UserTable {
  static final UserTable EMPTY = new UserTable(Map.of(), List.of());

  private final Map<UserName, UserRecord> users;
  private final List<FileProblem> problems;
  private final long mostRounds;
  private final int usualIterations;

  UserTable(Map<UserName, UserRecord> users, List<FileProblem> problems) {
    this.users = Collections.unmodifiableMap(new LinkedHashMap<>(users));
    this.problems = List.copyOf(problems);
    this.mostRounds =
        users.values().stream()
            .mapToLong(u -> PasswordTrial.rounds(u.credentials()))
            .reduce(ScramVerifier.DEFAULT_ITERATIONS, Math::max);
    this.usualIterations = usualIterations(users.values());
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

  private static int usualIterations(Collection<UserRecord> users) {
    Map<Integer, Long> counts =
        users.stream()
            .flatMap(user -> user.credentials().stream().limit(1))
            .collect(groupingBy(first -> first.verifier().iterations(), counting()));
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(ScramVerifier.DEFAULT_ITERATIONS);
  }

  /** The iterations that most users have. */
  int usualIterations() {
    return usualIterations;
  }

  /** PBKDF2 rounds that a failed check takes, whoever is asked for. */
  long mostRounds() {
    return mostRounds;
  }
}
