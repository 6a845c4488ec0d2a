/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.overload;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Machines that lack something. */
public final class Shortages {
  private Shortages() {}

  /** One whose disk has less than 1000 octets left while the number says so. */
  public static Overload ofSpace(AtomicLong free) {
    AtomicLong time = new AtomicLong();
    return new Overload(
        List.of(new FreeSpace(free::get, 1_000)), () -> time.addAndGet(2_000_000_000L));
  }
}
