/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client that says what it is told to, however wrong. Replies keep their lines. */
final class SmtpDialog implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;

  private Socket socket;
  private BufferedReader in;

  private SmtpDialog(Socket socket) throws IOException {
    this.socket = socket;
    this.in = reader(socket);
  }

  /**
   * @param source the address the client has
   */
  static SmtpDialog connect(String source, String target, int port) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.bind(new InetSocketAddress(InetAddress.getByName(source), 0));
    socket.connect(new InetSocketAddress(InetAddress.getByName(target), port), TIMEOUT_MILLIS);
    return new SmtpDialog(socket);
  }

  String reply() throws IOException {
    StringBuilder reply = new StringBuilder();
    String line;
    do {
      line = in.readLine();
      if (line == null) {
        throw new IOException("connection closed after: " + reply);
      }
      reply.append(reply.isEmpty() ? "" : "\n").append(line);
    } while (line.length() > 3 && line.charAt(3) == '-');
    return reply.toString();
  }

  String say(String line) throws IOException {
    send(line + "\r\n");
    return reply();
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  SmtpDialog tls() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsAll()}, null);
      String host = socket.getInetAddress().getHostAddress();
      SSLSocket secure =
          (SSLSocket) context.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
      secure.startHandshake();
      socket = secure;
      in = reader(secure);
      return this;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** AUTH PLAIN with initial response (RFC 4954). */
  String login(String user, String password) throws IOException {
    String response = "\0" + user + "\0" + password;
    return say("AUTH PLAIN " + base64(response));
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
