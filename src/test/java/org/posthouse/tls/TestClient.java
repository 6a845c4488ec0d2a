/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A client by the JDK; the same object resumes its sessions. */
final class TestClient {
  private static final int PATIENCE_MILLIS = 20_000;

  private final SSLContext context;

  private TestClient(SSLContext context) {
    this.context = context;
  }

  /** Trusts an authority and has no certificate. */
  static TestClient trusting(Path authority) throws Exception {
    return new TestClient(context(authority, null));
  }

  /** Has the pair of NAME.key and NAME.fullchain.pem. */
  static TestClient having(Path directory, String authority, String name) throws Exception {
    PemFiles pair =
        new PemFiles(
            directory.resolve(name + ".key"), directory.resolve(name + ".fullchain.pem"), null, "");
    return new TestClient(context(directory.resolve(authority + ".pem"), pair.read().get(0)));
  }

  private static SSLContext context(Path authority, @Nullable ServerCertificate own)
      throws Exception {
    KeyStore trusted = store();
    trusted.setCertificateEntry("ca", Pem.certificates(authority).get(0));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyStore keys = store();
    if (own != null) {
      keys.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(X509Certificate[]::new));
    }
    KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
    factory.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
    return context;
  }

  private static KeyStore store() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** An open connection, its handshake done. */
  SSLSocket connect(int port, String host, String... protocols) throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    plain.setSoTimeout(PATIENCE_MILLIS);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(host)));
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (protocols.length > 0) {
      parameters.setProtocols(protocols);
    }
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Says something and hears what the door knows of the session. */
  static String ask(SSLSocket socket) throws IOException {
    socket.getOutputStream().write('x');
    InputStream in = socket.getInputStream();
    String line =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII)).readLine();
    if (line == null) {
      throw new IOException("closed by the door");
    }
    return line;
  }

  /** Connects, asks and leaves. */
  String ask(int port, String host, String... protocols) throws IOException {
    try (SSLSocket socket = connect(port, host, protocols)) {
      return ask(socket);
    }
  }
}
