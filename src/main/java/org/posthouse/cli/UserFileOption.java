/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import org.posthouse.identity.UserFile;
import picocli.CommandLine.Mixin;

/** Where the file of users is. */
final class UserFileOption {
  @Mixin HomeOption home = new HomeOption();

  UserFile file() {
    return new UserFile(home.home().conf().resolve("users"));
  }
}
