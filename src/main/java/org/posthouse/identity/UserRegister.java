/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Changes to the file of users; each is one atomic replacement of the file.
 *
 * <p>All credentials of a user share one salt and iteration count: a SCRAM server has to name them
 * before it knows which credential the client means (RFC 5802 section 5.1), and one derived key
 * serves all of them.
 */
public final class UserRegister {
  private static final int SALT_OCTETS = 16;

  private final UserFile file;
  private final int iterations;
  private final SecureRandom random = new SecureRandom();

  /** With {@link ScramVerifier#DEFAULT_ITERATIONS}. */
  public UserRegister(UserFile file) {
    this(file, ScramVerifier.DEFAULT_ITERATIONS);
  }

  /**
   * With a cost of choice.
   *
   * @param iterations PBKDF2 rounds for passwords that are set from now on
   */
  public UserRegister(UserFile file, int iterations) {
    if (iterations < ScramVerifier.LEAST_ITERATIONS || iterations > ScramVerifier.MOST_ITERATIONS) {
      throw new IllegalArgumentException("iterations: " + iterations);
    }
    this.file = file;
    this.iterations = iterations;
  }

  /**
   * Adds a credential; the user with it, if it is the first.
   *
   * @throws UserChangeException when the user has such a credential already
   * @throws IllegalArgumentException when the password is empty or RFC 4013 prohibits it
   */
  public void add(UserName user, String credential, String password) throws IOException {
    add(user, credential, password, null);
  }

  /**
   * Adds a credential that expires.
   *
   * @param expires the last day, in UTC, on which it opens; null for never
   * @throws UserChangeException when the user has such a credential already
   * @throws IllegalArgumentException when the password is empty or RFC 4013 prohibits it
   */
  public void add(UserName user, String credential, String password, @Nullable LocalDate expires)
      throws IOException {
    String prepared = prepare(password);
    file.change(
        (lines, users) -> {
          List<Credential> others = credentials(users, user);
          if (named(others, credential).isPresent()) {
            throw new UserChangeException(user + " has a credential " + credential + " already");
          }
          return plus(lines, user, new Credential(credential, verifier(prepared, others), expires));
        });
  }

  /**
   * Adds a user that must not exist yet.
   *
   * @throws UserChangeException when it does
   * @throws IllegalArgumentException when the password is empty or RFC 4013 prohibits it
   */
  public void addUser(UserName user, String password) throws IOException {
    String prepared = prepare(password);
    file.change(
        (lines, users) -> {
          if (users.user(user).isPresent()) {
            throw new UserChangeException("user " + user + " exists already");
          }
          ScramVerifier verifier = verifier(prepared, List.of());
          return plus(lines, user, new Credential(Credential.DEFAULT_NAME, verifier, null));
        });
  }

  /**
   * Sets the password of a credential that exists; its expiry stays.
   *
   * @param credential empty for the only one that the user has
   * @throws UserChangeException when there is no such credential, or several and none is named
   * @throws IllegalArgumentException when the password is empty or RFC 4013 prohibits it
   */
  public void setPassword(UserName user, Optional<String> credential, String password)
      throws IOException {
    setPassword(user, credential, password, Credential::expires);
  }

  /** When a credential expires that gets a new password; null for never. */
  @FunctionalInterface
  public interface Expiry {
    @Nullable LocalDate of(Credential old);
  }

  /** The same, with an expiry of its own. */
  public void setPassword(
      UserName user, Optional<String> credential, String password, Expiry expiry)
      throws IOException {
    String prepared = prepare(password);
    file.change(
        (lines, users) -> {
          List<Credential> all = credentials(users, user);
          Credential old = choose(user, all, credential);
          List<Credential> others = all.stream().filter(c -> !c.equals(old)).toList();
          Credential fresh = new Credential(old.name(), verifier(prepared, others), expiry.of(old));
          return lines.stream()
              .map(l -> isOf(l, user, old.name()) ? line(user, fresh) : l)
              .toList();
        });
  }

  /**
   * Removes a credential, and with the last one the user.
   *
   * @param credential empty for all of them, lines that cannot be read included
   * @throws UserChangeException when there is none
   */
  public void remove(UserName user, Optional<String> credential) throws IOException {
    file.change(
        (lines, users) -> {
          List<String> left =
              lines.stream()
                  .filter(
                      l ->
                          credential.isPresent()
                              ? !isOf(l, user, credential.get())
                              : !UserFileFormat.names(l, user))
                  .toList();
          if (left.size() == lines.size()) {
            throw new UserChangeException(
                credential.map(c -> user + " has no credential " + c).orElse("no user " + user));
          }
          return left;
        });
  }

  private static List<Credential> credentials(UserTable users, UserName user) {
    return users.user(user).map(UserRecord::credentials).orElse(List.of());
  }

  private static Optional<Credential> named(List<Credential> credentials, String name) {
    return credentials.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  private static Credential choose(UserName user, List<Credential> all, Optional<String> name) {
    if (all.isEmpty()) {
      throw new UserChangeException("no user " + user);
    }
    if (name.isPresent()) {
      return named(all, name.get())
          .orElseThrow(() -> new UserChangeException(user + " has no credential " + name.get()));
    }
    if (all.size() > 1) {
      List<String> names = all.stream().map(Credential::name).toList();
      throw new UserChangeException(user + " has several credentials, name one: " + names);
    }
    return all.get(0);
  }

  private ScramVerifier verifier(String prepared, List<Credential> others) {
    byte[] salt = new byte[SALT_OCTETS];
    random.nextBytes(salt);
    int rounds = iterations;
    if (!others.isEmpty()) {
      salt = others.get(0).verifier().salt();
      rounds = others.get(0).verifier().iterations();
    }
    return ScramVerifier.of(KeyDerivation.PBKDF2.derive(prepared, salt, rounds), salt, rounds);
  }

  private static String prepare(String password) {
    String prepared;
    try {
      prepared = SaslPrep.prepare(password);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the password " + e.getMessage(), e);
    }
    if (prepared.isEmpty()) {
      throw new IllegalArgumentException("the password is empty");
    }
    return prepared;
  }

  private static boolean isOf(String line, UserName user, String credential) {
    try {
      return UserFileFormat.entry(line)
          .filter(e -> e.user().equals(user) && e.credential().name().equals(credential))
          .isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<String> plus(List<String> lines, UserName user, Credential credential) {
    return new ArrayList<>(
        Stream.concat(lines.stream(), Stream.of(line(user, credential))).toList());
  }

  private static String line(UserName user, Credential credential) {
    return new UserFileFormat.Entry(user, credential).asLine();
  }
}
