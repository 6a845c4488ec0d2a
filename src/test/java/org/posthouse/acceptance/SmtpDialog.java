/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** A client that says exactly what a test tells it to, and reads whole replies. */
public final class SmtpDialog implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;

  private Socket socket;

  /** Connects to loopback and reads nothing yet. */
  public SmtpDialog(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
  }

  /**
   * Connects from one of this machine's addresses to another host and reads nothing yet.
   *
   * @param source the address the server sees
   */
  public SmtpDialog(String source, String target, int port) throws IOException {
    socket = new Socket();
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    socket.bind(new InetSocketAddress(InetAddress.getByName(source), 0));
    socket.connect(new InetSocketAddress(InetAddress.getByName(target), port), TIMEOUT_MILLIS);
  }

  /** Connects, reads the greeting and says EHLO. */
  public static SmtpDialog greeted(int port) throws IOException {
    SmtpDialog dialog = new SmtpDialog(port);
    dialog.expect("220");
    dialog.ask("EHLO client.test", "250");
    return dialog;
  }

  /** Sends the text as it is, in one write. */
  public SmtpDialog send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /** Where octets go to the server, through TLS once that was begun. */
  OutputStream output() throws IOException {
    return socket.getOutputStream();
  }

  /** Sends one line and reads its reply, which must start with the code given. */
  public String ask(String line, String code) throws IOException {
    send(line + "\r\n");
    return expect(code);
  }

  /** Reads a reply, which must start with the code given; lines are joined by LF. */
  public String expect(String code) throws IOException {
    String reply = reply();
    if (!reply.startsWith(code)) {
      throw new AssertionError("expected " + code + ", got: " + reply);
    }
    return reply;
  }

  /** Reads a whole reply. */
  public String reply() throws IOException {
    List<String> lines = new ArrayList<>();
    String line;
    do {
      line = readLine();
      lines.add(line);
    } while (line.length() > 3 && line.charAt(3) == '-');
    return String.join("\n", lines);
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    InputStream in = socket.getInputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("closed after '" + line + "'");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  /** Everything up to the end of the connection, however it ends. */
  public String readToEnd() {
    StringBuilder text = new StringBuilder();
    try {
      for (int next = socket.getInputStream().read();
          next >= 0;
          next = socket.getInputStream().read()) {
        text.append((char) next);
      }
    } catch (IOException e) {
      return text.toString();
    }
    return text.toString();
  }

  /** Whether the server has closed the connection; waits for it. */
  public boolean isClosedByServer() {
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether the connection is still there; does not wait, and throws away what has come. */
  boolean isOpen() {
    try {
      socket.setSoTimeout(1);
      int next = socket.getInputStream().read();
      while (next >= 0) {
        next = socket.getInputStream().read();
      }
      return false;
    } catch (java.net.SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Starts TLS on the open connection, trusting any certificate. */
  public SmtpDialog startTls() throws IOException {
    ask("STARTTLS", "220");
    return handshake();
  }

  /** Begins TLS and shows the certificate that {@link TestCertificate#write(Path)} wrote there. */
  public SmtpDialog startTls(Path directory) throws IOException {
    ask("STARTTLS", "220");
    return handshake(trustAll(TestCertificate.keys(directory)));
  }

  /** The client's part of a TLS handshake. */
  public SmtpDialog handshake() throws IOException {
    return handshake(trustAll(null));
  }

  private SmtpDialog handshake(SSLContext context) throws IOException {
    SSLSocket secure =
        (SSLSocket)
            context.getSocketFactory().createSocket(socket, "relay.test", socket.getPort(), true);
    secure.startHandshake();
    socket = secure;
    return this;
  }

  /** What the server has shown in the handshake. */
  public X509Certificate serverCertificate() throws IOException {
    return (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
  }

  private static SSLContext trustAll(KeyManager @Nullable [] keys) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {new TrustAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Tests verify certificates elsewhere. */
  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
