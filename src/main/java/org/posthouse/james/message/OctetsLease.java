/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.james.lifecycle.api.LifecycleUtil;

/** One message's share of octets; the octets are disposed with the last share. */
final class OctetsLease {
  private final MessageOctets octets;
  private final AtomicInteger holders;
  private final AtomicBoolean released = new AtomicBoolean();

  private OctetsLease(MessageOctets octets, AtomicInteger holders) {
    this.octets = octets;
    this.holders = holders;
    holders.incrementAndGet();
  }

  static OctetsLease first(MessageOctets octets) {
    return new OctetsLease(octets, new AtomicInteger());
  }

  /**
   * Another share of the same octets.
   *
   * @throws IllegalStateException when this share was given back
   */
  OctetsLease share() {
    if (released.get()) {
      throw new IllegalStateException("The message was disposed");
    }
    return new OctetsLease(octets, holders);
  }

  MessageOctets octets() {
    return octets;
  }

  void release() {
    if (released.compareAndSet(false, true) && holders.decrementAndGet() == 0) {
      LifecycleUtil.dispose(octets);
    }
  }
}
