/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.Binding;
import com.google.inject.Injector;
import com.google.inject.Key;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.james.mailetcontainer.impl.JamesMailSpooler;
import org.apache.james.task.MemoryTaskManager;
import org.apache.james.webadmin.WebAdminServer;
import org.posthouse.identity.VerificationPool;
import org.posthouse.james.container.RelayProcessors;
import org.posthouse.james.queue.RelayMailQueueFactory;
import org.posthouse.james.smtp.RelaySmtpServerFactory;
import org.posthouse.spool.RocksSpool;

/** How each part of an assembled server is stopped; {@link Lifecycle} knows when. */
record Shutdown(Injector injector) {
  /** Of the step's time the last second is for what must be closed by force. */
  private static final Duration DRAIN_BOUND = Duration.ofSeconds(5);

  void drainReception() throws InterruptedException {
    injector.getInstance(RelaySmtpServerFactory.class).drain(DRAIN_BOUND);
  }

  void stopSpooler() {
    injector.getInstance(JamesMailSpooler.class).dispose();
  }

  void destroyMailets() {
    injector.getInstance(RelayProcessors.class).dispose();
  }

  void stopServices() {
    ifBound(WebAdminServer.class, WebAdminServer::destroy);
    ifBound(MemoryTaskManager.class, MemoryTaskManager::stop);
    ifBound(VerificationPool.class, VerificationPool::close);
  }

  void closeStore() {
    injector.getInstance(RelayMailQueueFactory.class).close();
    injector.getInstance(RocksSpool.class).close();
  }

  private <T> void ifBound(Class<T> type, Consumer<T> action) {
    Binding<T> binding = injector.getExistingBinding(Key.get(type));
    if (binding != null) {
      action.accept(binding.getProvider().get());
    }
  }
}
