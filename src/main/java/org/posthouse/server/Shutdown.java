/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.time.Duration;
import java.util.List;
import org.apache.james.mailetcontainer.impl.JamesMailSpooler;
import org.apache.james.task.MemoryTaskManager;
import org.apache.james.webadmin.WebAdminServer;
import org.posthouse.identity.Identities;
import org.posthouse.identity.LastUses;
import org.posthouse.identity.VerificationPool;
import org.posthouse.identity.guess.KnownPlaces;
import org.posthouse.identity.limits.Limits;
import org.posthouse.james.container.RelayProcessors;
import org.posthouse.james.queue.Doubts;
import org.posthouse.james.queue.RelayMailQueueFactory;
import org.posthouse.james.smtp.RelaySmtpServerFactory;
import org.posthouse.spool.RocksSpool;

/** How each part of a server is stopped if it was made; {@link Lifecycle} knows when. */
record Shutdown(Made made) {
  /** What is stopped. */
  static final List<Class<?>> PARTS =
      List.of(
          RelaySmtpServerFactory.class,
          JamesMailSpooler.class,
          RelayProcessors.class,
          WebAdminServer.class,
          MemoryTaskManager.class,
          Identities.class,
          VerificationPool.class,
          LastUses.class,
          KnownPlaces.class,
          Limits.class,
          DeliveryParts.class,
          RelayMailQueueFactory.class,
          RocksSpool.class,
          Doubts.class);

  /** Of the step's time the last second is for what must be closed by force. */
  private static final Duration DRAIN_BOUND = Duration.ofSeconds(3);

  void drainReception() throws InterruptedException {
    RelaySmtpServerFactory smtp = made.find(RelaySmtpServerFactory.class).orElse(null);
    if (smtp != null) {
      smtp.drain(DRAIN_BOUND);
    }
  }

  void stopSpooler() {
    made.find(JamesMailSpooler.class).ifPresent(JamesMailSpooler::dispose);
  }

  void destroyMailets() {
    made.find(RelayProcessors.class).ifPresent(RelayProcessors::dispose);
  }

  void stopServices() {
    made.find(WebAdminServer.class).ifPresent(WebAdminServer::destroy);
    made.find(MemoryTaskManager.class).ifPresent(MemoryTaskManager::stop);
    made.find(Identities.class).ifPresent(Identities::close);
    made.find(VerificationPool.class).ifPresent(VerificationPool::close);
    made.find(LastUses.class).ifPresent(LastUses::close);
    made.find(KnownPlaces.class).ifPresent(KnownPlaces::close);
    made.find(Limits.class).ifPresent(Limits::close); // no mail comes in any more
  }

  boolean holdsStore() {
    return made.find(RocksSpool.class).isPresent();
  }

  void closeStore() {
    made.find(RelayMailQueueFactory.class).ifPresent(RelayMailQueueFactory::close);
    made.find(DeliveryParts.class).ifPresent(DeliveryParts::close);
    made.find(RocksSpool.class).ifPresent(RocksSpool::close);
    made.find(Doubts.class)
        .ifPresent(Doubts::close); // outcomes are stored until the store is closed
  }
}
