/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.guess;

import java.net.InetAddress;
import org.posthouse.identity.LoginName;
import org.posthouse.identity.client.Range;

/**
 * One try to log in.
 *
 * @param login in its normal form; empty when the client has not said whom it wants to be
 * @param isPassword whether it is the login's own secret that may be guessed
 */
public record Attempt(InetAddress client, String login, boolean isPassword) {
  public Attempt {
    login = LoginName.normal(login);
  }

  Subject address() {
    return new Subject(Scope.ADDRESS, client.getHostAddress());
  }

  Subject network() {
    return new Subject(Scope.NETWORK, Range.around(client).toString());
  }

  Subject ofLogin() {
    return new Subject(Scope.LOGIN, login);
  }

  Subject spot() {
    return new Subject(Scope.PLACE, login + "," + client.getHostAddress());
  }

  Subject place() {
    return new Subject(Scope.PLACE, login + "," + Range.around(client));
  }
}
