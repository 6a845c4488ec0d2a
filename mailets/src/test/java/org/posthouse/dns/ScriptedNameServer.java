/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import org.xbill.DNS.Message;
import org.xbill.DNS.SimpleResolver;

/**
 * A name server on loopback, UDP and TCP on one port, that says what a {@link ScriptedDns} knows.
 */
public final class ScriptedNameServer implements AutoCloseable {
  private static final int LONGEST_QUERY = 4096;
  private static final int TRIES = 20;

  private final ScriptedDns dns;
  private final DatagramSocket udp;
  private final ServerSocket tcp;

  ScriptedNameServer(ScriptedDns dns) {
    this.dns = dns;
    try {
      tcp = new ServerSocket();
      udp = bindBoth(tcp);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::serveUdp);
    start(this::serveTcp);
  }

  /** The kernel chooses a port for one of them, and a client of another test may have the other. */
  private static DatagramSocket bindBoth(ServerSocket tcp) throws IOException {
    for (int tries = 1; ; tries++) {
      DatagramSocket udp = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      try {
        tcp.bind(udp.getLocalSocketAddress());
        return udp;
      } catch (BindException e) {
        udp.close();
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort());
  }

  /** What asks this server, with dnsjava's own time-outs. */
  public SimpleResolver resolver() {
    return new SimpleResolver(address());
  }

  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "scripted-name-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void serveUdp() {
    byte[] buffer = new byte[LONGEST_QUERY];
    while (!udp.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
        Message reply = dns.reply(query, false);
        if (reply != null) {
          byte[] octets = reply.toWire(room(query)); // sets TC when it does not fit
          udp.send(new DatagramPacket(octets, octets.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        // Closed; a query that was none is a time-out for who sent it.
      }
    }
  }

  private static int room(Message query) {
    return query.getOPT() == null ? 512 : query.getOPT().getPayloadSize();
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket socket = tcp.accept();
          DataInputStream in = new DataInputStream(socket.getInputStream());
          DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
        Message query = new Message(in.readNBytes(in.readUnsignedShort()));
        Message reply = dns.reply(query, true);
        if (reply != null) {
          byte[] octets = reply.toWire(0xFFFF);
          out.writeShort(octets.length);
          out.write(octets);
          out.flush();
        }
      } catch (IOException e) {
        // Closed, or hung up.
      }
    }
  }
}
