/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client's end of one SMTP connection, raw: what it says and hears is what is on the wire. */
final class ClientSession implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  /** Whatever a client does between two pieces of a message. */
  interface Pause {
    void run() throws IOException;
  }

  private final Socket socket = new Socket();
  private final InputStream in;
  private final OutputStream out;

  /** Connects to loopback, hears the greeting, says EHLO. */
  ClientSession(int port) throws IOException {
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
      expect("220", reply());
      expect("250", ask("EHLO client.test"));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends a mail up to the last octet before its final dot.
   *
   * @param pause taken in the middle of the content
   * @return empty when the server waits for the dot, or the reply that refused the mail
   */
  String begin(Letter letter, Pause pause) throws IOException {
    String reply = ask("MAIL FROM:<" + letter.sender() + ">");
    for (String recipient : letter.recipients()) {
      reply = reply.startsWith("250") ? ask("RCPT TO:<" + recipient + ">") : reply;
    }
    reply = reply.startsWith("250") ? ask("DATA") : reply;
    if (!reply.startsWith("354")) {
      ask("RSET");
      return reply;
    }
    byte[] content = stuffed(letter.octets());
    out.write(content, 0, content.length / 2);
    out.flush();
    pause.run();
    out.write(content, content.length / 2, content.length - content.length / 2);
    return "";
  }

  /** Sends the final dot; returns the reply, which may be long in coming. */
  String end() throws IOException {
    return ask(".");
  }

  private String ask(String command) throws IOException {
    out.write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return reply();
  }

  /** The last line of the reply. */
  private String reply() throws IOException {
    String line = line();
    while (line.length() > 3 && line.charAt(3) == '-') {
      line = line();
    }
    return line;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the server closed after '" + line + "'");
      }
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return line.toString();
  }

  private static void expect(String code, String reply) throws IOException {
    if (!reply.startsWith(code)) {
      throw new IOException("expected " + code + ", heard " + reply);
    }
  }

  /** Dots at the beginning of lines are doubled (RFC 5321 4.5.2). */
  private static byte[] stuffed(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1)
        .replace("\r\n.", "\r\n..")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
