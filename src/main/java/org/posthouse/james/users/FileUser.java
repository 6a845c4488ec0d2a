/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.users;

import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.user.api.model.User;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.PasswordChecker;
import org.posthouse.identity.UserName;

/** A user as James sees one; a new password is only kept by {@code updateUser}. */
final class FileUser implements User {
  private final UserName name;
  private final PasswordChecker checker;
  private @Nullable String newPassword;

  FileUser(UserName name, PasswordChecker checker) {
    this.name = name;
    this.checker = checker;
  }

  @Override
  public Username getUserName() {
    return Username.of(name.value());
  }

  @Override
  public boolean verifyPassword(String password) {
    return checker
        .check(name.value(), password)
        .thenApply(CheckResult::isAccepted)
        .toCompletableFuture()
        .join();
  }

  @Override
  public boolean setPassword(String password) {
    newPassword = password;
    return true;
  }

  Optional<String> newPassword() {
    return Optional.ofNullable(newPassword);
  }
}
