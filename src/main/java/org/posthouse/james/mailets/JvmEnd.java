/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.mailets;

/** Whether the process has begun to end, as after SIGTERM: its hooks run at once, in any order. */
final class JvmEnd {
  private static final Thread UNKNOWN = new Thread(() -> {});

  private JvmEnd() {}

  static boolean hasBegun() {
    try {
      // False for a hook that is not known; the only question that the runtime answers.
      return Runtime.getRuntime().removeShutdownHook(UNKNOWN);
    } catch (IllegalStateException e) {
      return true;
    }
  }
}
