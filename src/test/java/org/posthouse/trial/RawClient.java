/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that sends and reads exactly what a test says. */
final class RawClient implements AutoCloseable {
  private final Socket socket;

  RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    socket.setSoTimeout(10_000);
  }

  /** One line without its line end; "" at the end of the stream. */
  String read() throws IOException {
    StringBuilder line = new StringBuilder();
    int octet;
    while ((octet = socket.getInputStream().read()) >= 0 && octet != '\n') {
      line.append((char) octet);
    }
    return line.toString().stripTrailing();
  }

  boolean isAtEnd() throws IOException {
    return socket.getInputStream().read() < 0;
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Sends a line and reads the last line of its reply. */
  String say(String line) throws IOException {
    send(line + "\r\n");
    String reply = read();
    while (reply.length() > 3 && reply.charAt(3) == '-') {
      reply = read();
    }
    return reply;
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
