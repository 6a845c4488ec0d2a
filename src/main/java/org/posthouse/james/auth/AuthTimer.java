/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.posthouse.identity.guess.GuessGuard;

/** Lets replies wait, with one thread for all of them, which ends when nothing waits. */
public final class AuthTimer implements GuessGuard.Later {
  private static final int IDLE_SECONDS = 10;

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread thread = new Thread(work, "auth-timer");
            thread.setDaemon(true);
            return thread;
          });

  public AuthTimer() {
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  @Override
  public void run(Duration after, Runnable task) {
    Future<?> unused = timer.schedule(task, after.toNanos(), TimeUnit.NANOSECONDS);
  }
}
