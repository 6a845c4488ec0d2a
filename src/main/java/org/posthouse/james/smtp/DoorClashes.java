/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.posthouse.config.Settings;

/** What two enabled doors must not share: an address with its port, and the name. */
final class DoorClashes {
  private static final String DEFAULT_NAME = "smtpserver";

  /** What stock takes when a door has no {@code bind}. */
  static final String DEFAULT_BIND = "0.0.0.0:25";

  private final List<Named> names = new ArrayList<>();
  private final List<Taken> taken = new ArrayList<>();

  /** A door's name, and where it stands. */
  private record Named(String name, int line) {}

  /** A door's address, and where it stands. */
  private record Taken(InetSocketAddress address, int line) {
    boolean overlaps(InetSocketAddress other) {
      return address.getPort() != 0
          && address.getPort() == other.getPort()
          && (address.getAddress().equals(other.getAddress())
              || address.getAddress().isAnyLocalAddress()
              || other.getAddress().isAnyLocalAddress());
    }
  }

  /** Adds a door, and its clashes with those before it to its problems. */
  void add(Settings door, String jmxName, List<String> binds) {
    String name = jmxName.isEmpty() ? DEFAULT_NAME : jmxName;
    names.stream()
        .filter(other -> other.name().equals(name))
        .findFirst()
        .ifPresent(
            other ->
                door.problem(
                    "jmxName", "the door of line " + other.line() + " is called " + name + " too"));
    names.add(new Named(name, door.line("jmxName")));
    for (String bind : binds) {
      addBind(door, bind);
    }
  }

  private void addBind(Settings door, String bind) {
    int colon = bind.lastIndexOf(':');
    InetSocketAddress address =
        new InetSocketAddress(
            bind.substring(0, colon).trim(), Integer.parseInt(bind.substring(colon + 1).trim()));
    InetAddress host = address.getAddress();
    if (host == null) {
      return;
    }
    taken.stream()
        .filter(other -> other.overlaps(address))
        .findFirst()
        .ifPresent(
            other ->
                door.problem(
                    "bind",
                    bind
                        + " is taken already by line "
                        + other.line()
                        + "; 0.0.0.0 is every address"));
    taken.add(new Taken(address, door.line("bind")));
  }
}
