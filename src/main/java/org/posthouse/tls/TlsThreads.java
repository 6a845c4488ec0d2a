/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What TLS of all doors runs on: handshakes, so that a crowd of them does not hold up the
 * connections that have one behind them; handshakes that ask whether a certificate is revoked,
 * which wait for others; and one thread that looks at files. A connection has one piece of work
 * waiting at most, so connections bound the queues.
 */
public final class TlsThreads implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(TlsThreads.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
  private static final int ASKING = 16;

  private final ThreadPoolExecutor handshakes =
      pool("tls-handshake", Runtime.getRuntime().availableProcessors());
  private final ThreadPoolExecutor asking = pool("tls-revocation", ASKING);
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("tls-watch", true));
  private final List<DoorTls> doors = new CopyOnWriteArrayList<>();

  /** Begins to look at the files of the doors to come. */
  public TlsThreads() {
    ScheduledFuture<?> unused =
        watch.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static ThreadPoolExecutor pool(String name, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory(name, true));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  Executor handshakes(boolean ask) {
    return ask ? asking : handshakes;
  }

  void watch(DoorTls door) {
    doors.add(door);
  }

  private void look() {
    for (DoorTls door : doors) {
      try {
        door.look(Instant.now());
      } catch (RuntimeException e) {
        LOGGER.error("Cannot look at the files of a door", e);
      }
    }
  }

  /** After the doors are closed. */
  @Override
  public void close() {
    watch.shutdownNow();
    handshakes.shutdown();
    asking.shutdown();
  }
}
