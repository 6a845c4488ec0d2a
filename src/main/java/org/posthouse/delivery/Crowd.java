/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the mails that wait in memory. When there are many, each site and each destination keeps
 * few of them there: however many are stuck, the others find room.
 */
final class Crowd {
  private static final int MANY = 20_000;
  private static final int FEW = 50;

  private final AtomicInteger waiting = new AtomicInteger();

  void add(int mails) {
    waiting.addAndGet(mails);
  }

  /**
   * How many one site may keep.
   *
   * @param usual when there is room
   */
  int most(int usual) {
    return waiting.get() > MANY ? Math.min(FEW, usual) : usual;
  }
}
