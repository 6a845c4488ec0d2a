/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.posthouse.delivery.DeliveryEngine;
import org.posthouse.delivery.DeliveryListener;
import org.posthouse.routing.MxResolver;
import org.posthouse.routing.NameLookUps;
import org.posthouse.routing.Ourselves;
import org.posthouse.smtp.SmtpConnector;
import org.posthouse.smtp.TlsEngines;

/** The engine that delivers mail, with the threads it works on. */
public final class DeliveryParts implements AutoCloseable {
  private static final int WORKERS = 8;

  private final EventLoopGroup loops =
      new NioEventLoopGroup(0, new DefaultThreadFactory("delivery-io", true));

  /** What comes after the end is dropped: the mail that it is about is in its queue. */
  private final ExecutorService workers =
      new ThreadPoolExecutor(
          WORKERS,
          WORKERS,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          new DefaultThreadFactory("delivery", true),
          new ThreadPoolExecutor.DiscardPolicy());

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1,
          new DefaultThreadFactory("delivery-timer", true),
          new ThreadPoolExecutor.DiscardPolicy());
  private final DeliveryEngine engine;

  /**
   * Makes the engine.
   *
   * @param ourselves a host that is no next hop
   * @param connections most at a time
   * @throws GeneralSecurityException when the JDK has no TLS
   */
  public DeliveryParts(
      NameLookUps names,
      Ourselves ourselves,
      Clock clock,
      DeliveryListener listener,
      int connections)
      throws GeneralSecurityException {
    engine =
        new DeliveryEngine(
            new MxResolver(names, ourselves, new Random()),
            new SmtpConnector(loops, new TlsEngines(null), workers, clock),
            workers,
            timer,
            clock,
            listener,
            connections);
  }

  public DeliveryEngine engine() {
    return engine;
  }

  @Override
  public void close() {
    engine.close();
    Future<?> unused = loops.shutdownGracefully(0, 200, TimeUnit.MILLISECONDS);
    timer.shutdownNow();
    workers.shutdownNow();
  }
}
