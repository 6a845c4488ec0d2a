/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

/**
 * How many connections a site may have: begins small, grows with what the site takes, and shrinks
 * with what it does not take. As with TCP, growth is fast until the first failure.
 */
final class Window {
  private static final double FIRST = 2;

  /** Growth rests this long after a failure. */
  private static final long REST_NANOS = 10_000_000_000L;

  private final int most;
  private double size;
  private boolean careful;
  private long restUntil;

  Window(int most) {
    this.most = most;
    this.size = Math.min(FIRST, most);
  }

  int size() {
    return (int) size;
  }

  /**
   * A transaction came through.
   *
   * @param now as of {@link System#nanoTime}
   */
  void succeeded(long now) {
    if (size < most && (!careful || now - restUntil > 0)) {
      size = Math.min(most, size + (careful ? 1 / size : 1));
    }
  }

  /** Mail waits, and those who are being served hold it up. */
  void hurry(long now) {
    if (size < most && (!careful || now - restUntil > 0)) {
      size = Math.min(most, size + 1);
    }
  }

  /** The site asks for less. */
  void shrink(long now) {
    limit((int) (size / 2), now);
  }

  /** The site takes no more connections than these. */
  void limit(int connections, long now) {
    size = Math.max(1, Math.min(size, connections));
    careful = true;
    restUntil = now + REST_NANOS;
  }
}
