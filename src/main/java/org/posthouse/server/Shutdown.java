/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.Binding;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import java.io.Closeable;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.mailetcontainer.api.MailProcessor;
import org.apache.james.mailetcontainer.impl.JamesMailSpooler;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.task.MemoryTaskManager;
import org.apache.james.webadmin.WebAdminServer;
import org.posthouse.james.smtp.RelaySmtpServerFactory;

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
    LifecycleUtil.dispose(injector.getInstance(MailProcessor.class));
  }

  void stopServices() {
    ifBound(WebAdminServer.class, WebAdminServer::destroy);
    ifBound(MemoryTaskManager.class, MemoryTaskManager::stop);
  }

  void closeStore() throws Exception {
    MailQueueFactory<?> queues =
        injector.getInstance(Key.get(new TypeLiteral<MailQueueFactory<?>>() {}));
    if (queues instanceof Closeable closeable) {
      closeable.close();
    }
  }

  private <T> void ifBound(Class<T> type, Consumer<T> action) {
    Binding<T> binding = injector.getExistingBinding(Key.get(type));
    if (binding != null) {
      action.accept(binding.getProvider().get());
    }
  }
}
