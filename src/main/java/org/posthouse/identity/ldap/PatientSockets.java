/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.ldap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import javax.net.SocketFactory;

/** Sockets whose reads end after a while: a server may take a connection and stay silent in TLS. */
final class PatientSockets extends SocketFactory {
  private final SocketFactory sockets;
  private final Duration patience;

  PatientSockets(SocketFactory sockets, Duration patience) {
    this.sockets = sockets;
    this.patience = patience;
  }

  private Socket patient(Socket socket) throws SocketException {
    socket.setSoTimeout((int) patience.toMillis());
    return socket;
  }

  @Override
  public Socket createSocket() throws IOException {
    return patient(sockets.createSocket());
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return patient(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return patient(sockets.createSocket(host, port, local, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return patient(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return patient(sockets.createSocket(host, port, local, localPort));
  }
}
