/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.Inject;
import com.google.inject.Provider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.posthouse.james.delivery.OwnNames;
import org.posthouse.james.smtp.RelaySmtpServerFactory;
import org.posthouse.routing.Ourselves;

/** The relay by its names, and by the addresses that its doors are open at. */
final class OwnDoors implements Ourselves {
  private final OwnNames names;
  private final Provider<RelaySmtpServerFactory> doors;

  @Inject
  OwnDoors(OwnNames names, Provider<RelaySmtpServerFactory> doors) {
    this.names = names;
    this.doors = doors;
  }

  @Override
  public boolean isName(String host) {
    return names.contain(host);
  }

  @Override
  public boolean isDoor(InetSocketAddress address) {
    return doors.get().bound().stream().anyMatch(door -> leads(address, door));
  }

  private static boolean leads(InetSocketAddress address, InetSocketAddress door) {
    if (address.getPort() != door.getPort()) {
      return false;
    }
    return door.getAddress().isAnyLocalAddress()
        ? isHere(address.getAddress())
        : door.getAddress().equals(address.getAddress());
  }

  private static boolean isHere(InetAddress address) {
    try {
      return address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false; // not known: the Received fields of a loop are counted too
    }
  }
}
