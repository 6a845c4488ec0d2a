/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/** The name of this host, as LoopGuard and James know it by default. */
final class HostName {
  private HostName() {}

  /** In lower case; {@code localhost} where the system knows none. */
  static String get() {
    try {
      return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
