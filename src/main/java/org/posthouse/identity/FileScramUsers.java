/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The file of users for SCRAM.
 *
 * <p>A client is told a salt and iterations before it proves anything. For a name that is no user's
 * they come from a keyed hash of the name, and the iterations are those that most users have.
 */
public final class FileScramUsers implements ScramUsers {
  private static final int SALT_OCTETS = 16;

  private final WatchedUserFile users;
  private final byte[] decoyKey;
  private final PasswordChecker.Uses uses;
  private final UnaryOperator<Identity> completion;
  private final Clock clock;

  /**
   * Reads nothing yet.
   *
   * @param decoyKey the same after a restart, or a decoy would be known by its new salt
   * @param uses told of each credential that opened
   * @param completion adds what is known of an identity beside the file
   * @param clock by which credentials expire
   */
  public FileScramUsers(
      WatchedUserFile users,
      byte[] decoyKey,
      PasswordChecker.Uses uses,
      UnaryOperator<Identity> completion,
      Clock clock) {
    this.users = users;
    this.decoyKey = decoyKey.clone();
    this.uses = uses;
    this.completion = completion;
    this.clock = clock;
  }

  @Override
  public ScramUser find(String login) throws IOException {
    UserTable table = users.current();
    String name = LoginName.normal(login);
    Optional<UserRecord> known = userName(login).flatMap(table::user);
    return known.isPresent() ? of(known.get()) : decoy(name, table);
  }

  /** Where a hand has written other salts, the first is what a client is told of. */
  private ScramUser of(UserRecord user) {
    ScramVerifier first = user.credentials().get(0).verifier();
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    Map<Boolean, List<Credential>> expired =
        user.credentials().stream()
            .filter(credential -> credential.verifier().sharesSaltWith(first))
            .collect(Collectors.partitioningBy(credential -> credential.isExpired(today)));
    Identity identity = Identity.named(user.name().value(), PasswordChecker.SOURCE);
    return new ScramUser(
        completion.apply(identity),
        first,
        expired.getOrDefault(false, List.of()),
        expired.getOrDefault(true, List.of()));
  }

  private ScramUser decoy(String name, UserTable table) {
    byte[] hash = HmacSha256.of(decoyKey, name.getBytes(UTF_8));
    byte[] salt = Arrays.copyOf(hash, SALT_OCTETS);
    ScramVerifier verifier =
        ScramVerifier.decoy(
            salt,
            table.iterationsLike(ByteBuffer.wrap(hash, SALT_OCTETS, 4).getInt()),
            HmacSha256.of(decoyKey, hash),
            HmacSha256.of(hash));
    return new ScramUser(
        null,
        verifier,
        List.of(new Credential(Credential.DEFAULT_NAME, verifier, null)),
        List.of());
  }

  @Override
  public CheckResult accepted(ScramUser user, Credential credential) {
    if (user.identity() == null) {
      return CheckResult.REJECTED;
    }
    uses.note(new UserName(user.identity().name()), credential.name());
    return CheckResult.accepted(user.identity(), credential);
  }

  private static Optional<UserName> userName(String text) {
    try {
      return Optional.of(UserName.of(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
