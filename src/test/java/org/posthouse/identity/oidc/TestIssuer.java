/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An issuer that misbehaves as a test wants: status, body, keys; it counts what it is asked. */
final class TestIssuer implements AutoCloseable {
  final AtomicInteger questions = new AtomicInteger();
  volatile int status = 200;
  volatile byte[] answer = {};
  private final List<RSAKey> keys = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private int port;

  TestIssuer() throws IOException {
    open();
  }

  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
    port = server.getAddress().getPort();
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          questions.incrementAndGet();
          exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  void stop() {
    server.stop(0);
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Makes one more key, which {@link #publish} tells of. */
  RSAKey newKey(String id) throws JOSEException {
    RSAKey key = new RSAKeyGenerator(2048).keyID(id).generate();
    keys.add(key);
    return key;
  }

  void publish() {
    answer = new JWKSet(List.copyOf(keys)).toPublicJWKSet().toString().getBytes(UTF_8);
  }

  String token(RSAKey key) throws JOSEException {
    return token(
        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
        new RSASSASigner(key));
  }

  String token(JWSHeader header, JWSSigner signer) throws JOSEException {
    SignedJWT token = new SignedJWT(header, claims());
    token.sign(signer);
    return token.serialize();
  }

  JWTClaimsSet claims() {
    return new JWTClaimsSet.Builder()
        .issuer(url())
        .audience("posthouse")
        .expirationTime(Date.from(Instant.now().plusSeconds(600)))
        .claim("preferred_username", "alice")
        .build();
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }
}
