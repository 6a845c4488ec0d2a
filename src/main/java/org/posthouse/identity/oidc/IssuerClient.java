/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * HTTP to an issuer: one JSON object for an answer, of 1 MiB at most, within one time for all of
 * it; no redirection is followed. What fails is an IOException that holds neither token nor secret.
 */
final class IssuerClient {
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final HttpClient http;
  private final Duration timeout;

  IssuerClient(SSLContext trust, Duration timeout, Executor executor) {
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .sslContext(trust)
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(executor)
            .build();
  }

  CompletionStage<Map<String, Object>> get(URI address) {
    return ask(HttpRequest.newBuilder(address).GET(), address);
  }

  /** A form, as a client with a secret (RFC 6749 section 2.3.1). */
  CompletionStage<Map<String, Object>> post(OidcSettings.Introspection to, String form) {
    String credentials = encode(to.client()) + ":" + encode(to.secret());
    String basic = Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
    return ask(
        HttpRequest.newBuilder(to.endpoint())
            .header("Authorization", "Basic " + basic)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)),
        to.endpoint());
  }

  /** What is said of a token; nothing when the token does not open the endpoint of user info. */
  CompletionStage<Map<String, Object>> confirm(OidcSettings.Confirmation asked, String token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(asked.endpoint());
    if (asked.userInfo()) {
      request.header("Authorization", "Bearer " + token); // RFC 6750 section 2.1
      return exchange(request)
          .thenApply(
              response ->
                  response.statusCode() == UNAUTHORIZED || response.statusCode() == FORBIDDEN
                      ? Map.of()
                      : object(response, asked.endpoint()));
    }
    if (asked.authorization() != null) {
      request.header("Authorization", asked.authorization());
    }
    request
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString("token=" + encode(token)));
    return ask(request, asked.endpoint());
  }

  static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private CompletionStage<Map<String, Object>> ask(HttpRequest.Builder request, URI address) {
    return exchange(request).thenApply(response -> object(response, address));
  }

  private CompletionStage<HttpResponse<byte[]>> exchange(HttpRequest.Builder request) {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        http.sendAsync(
            request.header("Accept", "application/json").timeout(timeout).build(),
            response -> new BoundedBody());
    return exchange
        .copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS) // the client's is for headers only
        .whenComplete(
            (response, failure) -> {
              if (failure != null) {
                exchange.cancel(true);
              }
            });
  }

  private static Map<String, Object> object(HttpResponse<byte[]> response, URI address) {
    if (response.statusCode() != OK) {
      throw failure(address + " answered with status " + response.statusCode());
    }
    try {
      return JSONObjectUtils.parse(new String(response.body(), UTF_8));
    } catch (ParseException e) {
      throw failure(address + " did not answer with a JSON object");
    }
  }

  private static CompletionException failure(String text) {
    return new CompletionException(new IOException(text));
  }
}
