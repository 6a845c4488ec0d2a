/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.users;

import java.util.concurrent.CompletionStage;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.AuthHook;
import org.posthouse.identity.CheckResult;

/** An AUTH hook that does not hold up the thread that asks: LDAP and slow hashes. */
public interface DeferredAuthHook extends AuthHook {
  /**
   * Checks without touching the session, which belongs to the IO thread.
   *
   * @param userName as the client sent it
   * @return never completed exceptionally
   */
  CompletionStage<CheckResult> check(String userName, String password);

  /** Gives the session the rights of the user that was accepted. */
  void accept(SMTPSession session, CheckResult accepted);
}
