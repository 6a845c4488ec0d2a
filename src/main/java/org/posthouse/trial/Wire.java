/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One connection, as octets. Only CRLF ends a line, so that a lone LF is seen as it was sent. */
final class Wire {
  private static final int LONGEST_LINE = 16 * 1024 * 1024;

  private final CountDownLatch stopped;
  private final Transcript transcript;
  private Socket socket;
  private InputStream in;
  private boolean secured;

  Wire(Socket socket, CountDownLatch stopped, Transcript transcript) throws IOException {
    this.socket = socket;
    this.stopped = stopped;
    this.transcript = transcript;
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    socket.setTcpNoDelay(true);
  }

  /** What the peer sent up to the next CRLF, which is not part of it; null at the end. */
  byte @Nullable [] readOctets() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    int previous = -1;
    int octet;
    while ((octet = in.read()) >= 0) {
      if (octet == '\n' && previous == '\r') {
        byte[] whole = line.toByteArray();
        return Arrays.copyOf(whole, whole.length - 1);
      }
      if (line.size() >= LONGEST_LINE) {
        throw new IOException("line longer than " + LONGEST_LINE + " octets");
      }
      line.write(octet);
      previous = octet;
    }
    return null;
  }

  /** So many octets as they come, without a look at lines; fewer at the end. */
  byte[] readOctets(int count) throws IOException {
    return in.readNBytes(count);
  }

  @Nullable String readCommand() throws IOException {
    byte[] octets = readOctets();
    if (octets == null) {
      return null;
    }
    String line = new String(octets, StandardCharsets.ISO_8859_1);
    transcript.client(line);
    return line;
  }

  void send(byte[] bytes) throws IOException {
    transcript.server(bytes);
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void dribble(byte[] bytes, Duration perOctet) throws IOException {
    transcript.server(bytes);
    for (byte octet : bytes) {
      pause(perOctet);
      socket.getOutputStream().write(octet);
      socket.getOutputStream().flush();
    }
  }

  /** Waits, or until the server is closed. */
  void pause(Duration time) throws IOException {
    try {
      if (stopped.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        close();
        throw new InterruptedIOException("the server was closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** What the peer sent in clear behind its STARTTLS is dropped (RFC 3207, 4.2). */
  void secure(SSLContext context) throws IOException {
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
    tls.setUseClientMode(false);
    tls.startHandshake();
    socket = tls;
    in = new BufferedInputStream(tls.getInputStream(), 64 * 1024);
    secured = true;
    transcript.note(tls.getSession().getProtocol() + " " + tls.getSession().getCipherSuite());
  }

  boolean isSecured() {
    return secured;
  }

  boolean isClosed() {
    return socket.isClosed();
  }

  void close() throws IOException {
    socket.close();
  }

  /** Says good-bye in TLS alone: the connection under it stays. */
  void endTls() throws IOException {
    socket.shutdownOutput();
  }

  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
