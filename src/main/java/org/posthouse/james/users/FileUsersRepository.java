/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.users;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.james.core.MailAddress;
import org.apache.james.core.Username;
import org.apache.james.user.api.AlreadyExistInUsersRepositoryException;
import org.apache.james.user.api.InvalidUsernameException;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.user.api.UsersRepositoryException;
import org.apache.james.user.api.model.User;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.PasswordChecker;
import org.posthouse.identity.UserChangeException;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;
import org.posthouse.identity.UserTable;
import org.posthouse.identity.WatchedUserFile;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The file of users as James' repository.
 *
 * <p>Names with and without a domain stand side by side, so James is told that virtual hosting is
 * on, and the owner of an address is whoever has it for a name, or else the user that is named like
 * its local part.
 */
public final class FileUsersRepository implements UsersRepository {
  private final WatchedUserFile users;
  private final UserRegister register;
  private final PasswordChecker checker;

  @Inject
  public FileUsersRepository(
      WatchedUserFile users, UserRegister register, PasswordChecker checker) {
    this.users = users;
    this.register = register;
    this.checker = checker;
  }

  @Override
  public void addUser(Username username, String password) throws UsersRepositoryException {
    UserName name = valid(username);
    try {
      change(() -> register.addUser(name, password));
    } catch (UserChangeException e) {
      throw new AlreadyExistInUsersRepositoryException(e.getMessage());
    }
  }

  @Override
  @SuppressWarnings("NullAway") // James' interface asks for null when there is no such user.
  public @Nullable User getUserByName(Username username) throws UsersRepositoryException {
    UserTable table = table();
    return name(username)
        .flatMap(table::user)
        .map(user -> new FileUser(user.name(), checker))
        .orElse(null);
  }

  /** Sets the password of the user's only credential. */
  @Override
  public void updateUser(User user) throws UsersRepositoryException {
    UserName name = valid(user.getUserName());
    Optional<String> password =
        user instanceof FileUser fileUser ? fileUser.newPassword() : Optional.empty();
    if (password.isEmpty()) {
      throw new UsersRepositoryException("no new password for " + name);
    }
    try {
      change(() -> register.setPassword(name, Optional.empty(), password.get()));
    } catch (UserChangeException e) {
      throw new UsersRepositoryException(e.getMessage(), e);
    }
  }

  @Override
  public void removeUser(Username username) throws UsersRepositoryException {
    UserName name = name(username).orElseThrow(() -> noSuchUser(username));
    try {
      change(() -> register.remove(name, Optional.empty()));
    } catch (UserChangeException e) {
      throw new UsersRepositoryException(e.getMessage(), e);
    }
  }

  @Override
  public boolean contains(Username username) throws UsersRepositoryException {
    return name(username).flatMap(table()::user).isPresent();
  }

  @Override
  public Publisher<Boolean> containsReactive(Username username) {
    return Mono.fromCallable(() -> contains(username)).subscribeOn(Schedulers.boundedElastic());
  }

  /** Waits for the check; {@link FileAuthHook} is the way that does not. */
  @Override
  public boolean test(Username username, String password) throws UsersRepositoryException {
    CheckResult result = checker.check(username.asString(), password).toCompletableFuture().join();
    return switch (result.outcome()) {
      case ACCEPTED -> true;
      case REJECTED -> false;
      case UNAVAILABLE -> throw new UsersRepositoryException(result.reason());
    };
  }

  @Override
  public int countUsers() throws UsersRepositoryException {
    return table().users().size();
  }

  @Override
  public Iterator<Username> list() throws UsersRepositoryException {
    return names().iterator();
  }

  @Override
  public Publisher<Username> listReactive() {
    return Mono.fromCallable(this::names)
        .subscribeOn(Schedulers.boundedElastic())
        .flatMapMany(Flux::fromIterable);
  }

  private List<Username> names() throws UsersRepositoryException {
    return table().users().stream()
        .map(user -> Username.of(user.name().value()))
        .collect(ImmutableList.toImmutableList());
  }

  @Override
  public boolean supportVirtualHosting() {
    return true;
  }

  /** Who may send with this address under stock's verifyIdentity. */
  @Override
  public Username getUsername(MailAddress address) throws UsersRepositoryException {
    Username whole = Username.fromMailAddress(address);
    Username local = Username.fromLocalPartWithoutDomain(address.getLocalPart());
    return !contains(whole) && contains(local) ? local : whole;
  }

  @Override
  public MailAddress getMailAddressFor(Username username) throws UsersRepositoryException {
    try {
      return new MailAddress(username.asString());
    } catch (javax.mail.internet.AddressException e) {
      throw new UsersRepositoryException(username.asString() + " has no mail address", e);
    }
  }

  /** Nobody: rights come with a later version of the file. */
  @Override
  public boolean isAdministrator(Username username) {
    return false;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public void assertValid(Username username) throws UsersRepositoryException {
    valid(username);
  }

  private UserTable table() throws UsersRepositoryException {
    try {
      return users.current();
    } catch (IOException e) {
      throw new UsersRepositoryException(e.getMessage(), e);
    }
  }

  private static UserName valid(Username username) throws UsersRepositoryException {
    try {
      return UserName.of(username.asString());
    } catch (IllegalArgumentException e) {
      throw new InvalidUsernameException(e.getMessage());
    }
  }

  private static Optional<UserName> name(Username username) {
    try {
      return Optional.of(UserName.of(username.asString()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A change of the file that may fail. */
  @FunctionalInterface
  private interface FileChange {
    void run() throws IOException;
  }

  private void change(FileChange change) throws UsersRepositoryException {
    try {
      change.run();
      users.refreshed();
    } catch (IOException | IllegalArgumentException e) {
      throw new UsersRepositoryException(e.getMessage(), e);
    }
  }

  private static UsersRepositoryException noSuchUser(Username username) {
    return new UsersRepositoryException("no user " + username.asString());
  }
}
