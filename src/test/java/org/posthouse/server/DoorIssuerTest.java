/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.SmtpDialog;
import org.slf4j.LoggerFactory;

/** Stock's {@code <oidc>} of a door, against the provider that a library brings. */
@Timeout(120)
class DoorIssuerTest {
  private static final String USER = SmtpHarness.USER;

  @TempDir Path home;
  private final MockOAuth2Server issuer = new MockOAuth2Server();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger all = (Logger) LoggerFactory.getLogger("org.posthouse");
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile String answer = "{}";
  private HttpServer endpoint;
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    issuer.start(InetAddress.getLoopbackAddress(), 0);
    endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    endpoint.createContext(
        "/",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          asked.add(
              String.join(
                  " ",
                  exchange.getRequestMethod(),
                  exchange.getRequestHeaders().getFirst("Authorization"),
                  body));
          byte[] octets = answer.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, octets.length);
          exchange.getResponseBody().write(octets);
          exchange.close();
        });
    endpoint.start();
    log.start();
    all.addAppender(log);
    all.setLevel(Level.INFO);
    Path conf = Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        conf.resolve("identities.xml"),
        "<identities><users/><identity name='alice@relay.test' addresses='sales@relay.test'/>"
            + "<guessing><firstDelay>1 ms</firstDelay><longestDelay>2 ms</longestDelay>"
            + "<perAddress>3</perAddress><block>1 h</block></guessing></identities>");
  }

  @AfterEach
  void close() {
    harness.close();
    issuer.shutdown();
    endpoint.stop(0);
    all.detachAppender(log);
    all.setLevel(null);
  }

  private void start(String more) throws Exception {
    start(issuer.jwksUrl("default").toString(), more);
  }

  private void start(String keys, String more) throws Exception {
    String oidc =
        "<oidc><jwksURL>"
            + keys
            + "</jwksURL><claim>sub</claim><oidcConfigurationURL>"
            + issuer.wellKnownUrl("default")
            + "</oidcConfigurationURL><scope>openid</scope>"
            + more
            + "</oidc></auth>";
    harness = SmtpHarness.open(home, file -> file.replace("</auth>", oidc));
  }

  private String endpointUrl() {
    return "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/";
  }

  private String token(String audience) {
    return issuer.issueToken("default", USER, audience, Map.of()).serialize();
  }

  private static String xoauth2(String user, String token) {
    String message = "user=" + user + "\u0001auth=Bearer " + token + "\u0001\u0001";
    return "AUTH XOAUTH2 " + Base64.getEncoder().encodeToString(message.getBytes(UTF_8));
  }

  private SmtpDialog client() throws Exception {
    SmtpDialog client = harness.client().startTls();
    client.ask("EHLO client.test", "250");
    return client;
  }

  private static void rejected(SmtpDialog client, String command) throws Exception {
    client.ask(command, "334");
    client.ask("", "535 5.7.8");
  }

  private List<String> lines(String beginning) {
    return List.copyOf(log.list).stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith(beginning))
        .toList();
  }

  @Test
  void aSignedTokenShouldOpenWithAllThatIsKnownOfItsIdentity() throws Exception {
    start("");
    try (SmtpDialog client = client()) {
      client.ask(xoauth2(USER, token("whoever")), "235");
      client.ask("MAIL FROM:<sales@relay.test>", "250"); // which identities.xml adds
    }
    assertThat(lines("login "))
        .containsExactly(
            "login reply=235 user=alice@relay.test as=alice@relay.test source=relay"
                + " credential=relay mechanism=XOAUTH2 client=127.0.0.1 how=login");
  }

  @Test
  void theCheckShouldRunOnThreadsOfTheSource() throws Exception {
    start("");
    try (SmtpDialog client = client()) {
      client.ask(xoauth2(USER, token("whoever")), "235");
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .anyMatch(name -> name.startsWith("oidc-relay"));
  }

  @Test
  void aTokenForAnotherUserOrWithABrokenSignatureShouldCountAsAGuess() throws Exception {
    start("");
    String good = token("x");
    int signature = good.lastIndexOf('.') + 1;
    String forged =
        good.substring(0, signature)
            + (good.charAt(signature) == 'A' ? 'B' : 'A')
            + good.substring(signature + 1);
    try (SmtpDialog client = client()) {
      rejected(client, xoauth2("bob@relay.test", token("x")));
      rejected(client, xoauth2(USER, forged));
      rejected(client, xoauth2(USER, "a.b.c"));
      client.ask(xoauth2(USER, token("x")), "454 4.7.0 Too many failed logins");
    }
    assertThat(lines("blocked scope=address")).hasSize(1);
    assertThat(lines("refused")).hasSize(4).last().asString().endsWith(" reason=guessing");
  }

  @Test
  void anAudienceThatIsNamedShouldBeAskedFor() throws Exception {
    start("<aud>posthouse</aud>");
    try (SmtpDialog client = client()) {
      rejected(client, xoauth2(USER, token("payroll")));
      client.ask(xoauth2(USER, token("posthouse")), "235");
    }
  }

  @Test
  void introspectionShouldHaveTheLastWord() throws Exception {
    start(
        "<introspection><url>"
            + endpointUrl()
            + "</url><auth>Basic c2VjcmV0</auth></introspection>");
    String token = token("x");
    try (SmtpDialog client = client()) {
      answer = "{\"active\":false,\"sub\":\"" + USER + "\"}";
      rejected(client, xoauth2(USER, token));
      answer = "{\"active\":true,\"sub\":\"bob@relay.test\"}";
      rejected(client, xoauth2(USER, token));
      status = 401;
      client.ask(xoauth2(USER, token), "454 4.7.0");
      status = 200;
      answer = "{\"active\":true,\"sub\":\"" + USER + "\"}";
      client.ask(xoauth2(USER, token), "235");
    }
    assertThat(asked).hasSize(4).containsOnly("POST Basic c2VjcmV0 token=" + token);
    assertThat(lines("refused").get(2)).contains(" reason=unavailable error=\"issuer relay: ");
  }

  @Test
  void userInfoShouldHaveTheLastWord() throws Exception {
    start("<userinfo><url>" + endpointUrl() + "</url></userinfo>");
    String token = token("x");
    try (SmtpDialog client = client()) {
      status = 401;
      rejected(client, xoauth2(USER, token));
      status = 200;
      answer = "{\"sub\":\"" + USER + "\"}";
      client.ask(xoauth2(USER, token), "235");
    }
    assertThat(asked).hasSize(2).containsOnly("GET Bearer " + token + " ");
  }

  @Test
  void anIssuerThatIsDownShouldRejectNobody() throws Exception {
    start("http://127.0.0.1:1/keys", "");
    try (SmtpDialog client = client()) {
      client.ask(xoauth2(USER, token("x")), "454 4.7.0");
    }
    assertThat(lines("refused")).singleElement().asString().contains(" reason=unavailable error=");
  }
}
