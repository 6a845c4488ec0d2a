/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for what cannot be told to choose one itself, and for hosts that are down: below those that
 * the kernel gives away (32768 on), so that no connection of another test has it in between.
 */
public final class FreePort {
  private static final int LOWEST = 20_000;
  private static final int COUNT = 12_000;
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private FreePort() {}

  /** A port of 127.0.0.1 that nobody has; no two callers of one JVM get the same. */
  public static int next() {
    for (int tries = 0; tries < COUNT; tries++) {
      int port = LOWEST + NEXT.getAndIncrement() % COUNT;
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Somebody's: the next.
      }
    }
    throw new IllegalStateException("no port of loopback is free from " + LOWEST);
  }
}
