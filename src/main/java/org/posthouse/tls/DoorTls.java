/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of one door: with the certificates that its files hold now, and the bounds of its settings.
 * Connections that are open keep what they have begun with.
 */
public final class DoorTls {
  private static final Logger LOGGER = LoggerFactory.getLogger(DoorTls.class);

  /** How long a judgement holds within a session: not every mail asks the authority again. */
  private static final long HELD_NANOS = Duration.ofMinutes(1).toNanos();

  private static final String JUDGEMENT = "org.posthouse.tls.judgement";

  static {
    // Costs the server more than the client, and nobody needs it (RFC 9325, section 3.5). The JDK
    // has no other switch, and reads this one before its first handshake as a server.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private final String name;
  private final TlsSettings settings;
  private final Executor handshakes;
  private final NoSlowGroups groups;
  private final ExpiryWarning expiry;
  private volatile TlsMaterial material;
  private FileStamps stamps;
  private String failure = "";
  private boolean told;

  private DoorTls(String name, TlsSettings settings, TlsThreads threads) throws IOException {
    this.name = name;
    this.settings = settings;
    this.handshakes = threads.handshakes(settings.clients().revocation());
    this.groups = new NoSlowGroups(settings.ciphers());
    this.expiry = new ExpiryWarning(name);
    stamps = FileStamps.of(settings.files());
    material = TlsMaterial.read(settings);
  }

  /**
   * Reads the files, and looks at them from now on.
   *
   * @param name of the door, for the log
   * @throws IOException when they hold no pair of key and certificate; the message says which
   */
  public static DoorTls open(String name, TlsSettings settings, TlsThreads threads)
      throws IOException {
    DoorTls door = new DoorTls(name, settings, threads);
    threads.watch(door);
    return door;
  }

  public TlsSettings settings() {
    return settings;
  }

  /** For a connection that begins TLS now. */
  public SslHandler handler() {
    SSLEngine engine = material.context().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(settings.protocols().toArray(String[]::new));
    parameters.setCipherSuites(settings.ciphers().toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(true);
    parameters.setAlgorithmConstraints(groups);
    switch (settings.clients().mode()) {
      case NEED -> parameters.setNeedClientAuth(true);
      case WANT -> parameters.setWantClientAuth(true);
      case NONE -> parameters.setWantClientAuth(false);
    }
    engine.setSSLParameters(parameters);
    SslHandler handler = new SslHandler(engine, handshakes);
    handler.setHandshakeTimeoutMillis(settings.handshake().toMillis());
    return handler;
  }

  /**
   * The certificate of the client of a session, judged by the authorities that are trusted now,
   * within a minute; empty without one. May take as long as asking whether it is revoked, so not
   * for IO threads.
   */
  public Optional<ClientCertificate> clientCertificate(SSLSession session) {
    List<X509Certificate> chain = chain(session);
    return chain.isEmpty()
        ? Optional.empty()
        : Optional.of(new ClientCertificate(chain, isVerified(session, chain)));
  }

  private record Judgement(ClientTrust by, boolean verified, long nanos) {}

  private boolean isVerified(SSLSession session, List<X509Certificate> chain) {
    ClientTrust trust = material.trust();
    if (session.getValue(JUDGEMENT) instanceof Judgement known
        && known.by() == trust
        && System.nanoTime() - known.nanos() < HELD_NANOS) {
      return known.verified();
    }
    Judgement judgement = new Judgement(trust, trust.verifies(chain), System.nanoTime());
    session.putValue(JUDGEMENT, judgement);
    return judgement.verified();
  }

  private static List<X509Certificate> chain(SSLSession session) {
    try {
      Certificate[] all = session.getPeerCertificates();
      return Arrays.stream(all)
          .filter(X509Certificate.class::isInstance)
          .map(X509Certificate.class::cast)
          .toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  /**
   * Takes over files that have changed, when they belong together: certbot replaces one after the
   * other. What is still wrong at a second look is told, once.
   */
  public synchronized void look(Instant now) {
    FileStamps found = FileStamps.of(settings.files());
    if (!failure.isEmpty() || !found.equals(stamps) || stamps.isRacy(now)) {
      reload(found);
    }
    expiry.look(material.certificates(), now);
  }

  private void reload(FileStamps found) {
    try {
      TlsMaterial read = TlsMaterial.read(settings);
      boolean changed = !read.certificates().equals(material.certificates());
      material = read;
      if (changed) {
        LOGGER.info("TLS of {} has new certificates: {}", name, read.certificates());
      } else if (told || !found.equals(stamps)) {
        LOGGER.info("TLS of {} has read its files again; its certificates are the same", name);
      }
      failure = "";
      told = false;
    } catch (IOException e) {
      failed(String.valueOf(e.getMessage()));
    }
    stamps = found;
  }

  private void failed(String now) {
    if (now.equals(failure) && !told) {
      told = true;
      LOGGER.warn("TLS of {} keeps the certificates it has: {}", name, now);
    } else if (!now.equals(failure)) {
      told = false;
    }
    failure = now;
  }
}
