/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.users;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.james.mailbox.Authorizator;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.protocols.netty.NettyServer;
import org.apache.james.protocols.smtp.SMTPConfigurationImpl;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.protocols.smtp.SMTPProtocolHandlerChain;
import org.apache.james.protocols.smtp.core.esmtp.AuthCmdHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.identity.Identities;
import org.posthouse.identity.PasswordChecker;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;
import org.posthouse.identity.WatchedUserFile;

/** AUTH over a socket, with James' own protocol stack around our command and hook. */
@Timeout(60)
class AuthDialogTest {
  private static final List<NettyServer> SERVERS = new ArrayList<>();

  @TempDir Path home;
  private final List<Thread> checks = new ArrayList<>();
  private Semaphore gate = new Semaphore(1_000);
  private boolean full;
  private UserFile file;
  private FileAuthHook hook;
  private NettyServer server;

  @BeforeEach
  void setUp() throws Exception {
    file = new UserFile(home.resolve("users"));
    UserRegister register = new UserRegister(file, 4096);
    register.add(UserName.of("alice"), "default", "pencil");
    register.add(UserName.of("alice@example.org"), "default", "s\u00E9cret");
    WatchedUserFile users = new WatchedUserFile(file, table -> {});
    PasswordChecker checker = new PasswordChecker(users, this::execute);
    Identities identities = new Identities(Identities.Sources.ofPasswords(checker), Map.of());
    hook =
        new FileAuthHook(
            new FileUsersRepository(users, register, checker),
            (user, other) -> Authorizator.AuthorizationState.FORBIDDEN,
            identities);
    server = server(hook, new RelayAuthCmdHandler(session -> true));
    server.bind();
  }

  private static NettyServer server(FileAuthHook hook, AuthCmdHandler command) throws Exception {
    SMTPProtocolHandlerChain chain = new SMTPProtocolHandlerChain(new RecordingMetricFactory());
    chain.add(command);
    chain.add(hook);
    chain.wireExtensibleHandlers();
    NettyServer server =
        new NettyServer.Factory()
            .protocol(new SMTPProtocol(chain, new SMTPConfigurationImpl()))
            .build();
    server.setListenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    SERVERS.add(server);
    return server;
  }

  /** One thread a check, held at the gate. */
  private void execute(Runnable check) {
    if (full) {
      throw new RejectedExecutionException();
    }
    Thread thread =
        new Thread(
            () -> {
              gate.acquireUninterruptibly();
              check.run();
            });
    checks.add(thread);
    thread.start();
  }

  /** All at once: each takes netty's quiet period of two seconds. */
  @AfterAll
  static void unbind() {
    SERVERS.parallelStream().forEach(NettyServer::unbind);
  }

  @AfterEach
  void tearDown() throws Exception {
    gate.release(100);
    for (Thread check : checks) {
      check.join();
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "|alice|pencil,                  235 2.7.0",
    "alice|alice|pencil,             235 2.7.0",
    "|ALICE|pencil,                  235 2.7.0",
    "|alice@example.org|s\u00E9cret, 235 2.7.0",
    "|alice@example.org|se\u0301cret,235 2.7.0",
    "|alice|Pencil,                  535 5.7.8",
    "|alice|,                        535 5.7.8",
    "|nobody|pencil,                 535 5.7.8",
    "|a@b@c|pencil,                  535 5.7.8",
    "mallory|alice|pencil,           535 5.7.8",
    "alice|pencil,                   501 5.5.2",
    "||pencil,                       501 5.5.2",
    "alice,                          501 5.5.2",
    "|alice|pencil|more,             501 5.5.2"
  })
  void plainShouldAnswer(String message, String reply) throws Exception {
    String response = base64(message.replace('|', '\0'));
    try (Client client = new Client()) {
      assertThat(client.say("AUTH PLAIN " + response)).startsWith(reply);
    }
    try (Client client = new Client()) {
      assertThat(client.say("auth plain")).isEqualTo("334 ");
      assertThat(client.say(response)).startsWith(reply);
      assertThat(client.say("NOOP")).startsWith("250");
    }
  }

  @Test
  void loginShouldAskForNameAndPassword() throws Exception {
    try (Client client = new Client()) {
      assertThat(client.say("AUTH LOGIN")).isEqualTo("334 VXNlcm5hbWU6");
      assertThat(client.say(base64("alice"))).isEqualTo("334 UGFzc3dvcmQ6");
      assertThat(client.say(base64("pencil"))).startsWith("235 2.7.0");
      assertThat(client.say("AUTH LOGIN")).startsWith("503");
    }
    try (Client client = new Client()) {
      assertThat(client.say("AUTH LOGIN " + base64("alice"))).isEqualTo("334 UGFzc3dvcmQ6");
      assertThat(client.say(base64("wrong"))).startsWith("535 5.7.8");
      assertThat(client.say("AUTH PLAIN " + base64("\0alice\0pencil"))).startsWith("235");
    }
  }

  @Test
  void starShouldCancel() throws Exception {
    try (Client client = new Client()) {
      client.say("AUTH PLAIN");
      assertThat(client.say("*")).startsWith("501 5.7.0");
      client.say("AUTH LOGIN");
      client.say(base64("alice"));
      assertThat(client.say("*")).startsWith("501 5.7.0");
      assertThat(client.say("NOOP")).startsWith("250");
    }
  }

  @ParameterizedTest
  @CsvSource({"AUTH, 501", "AUTH CRAM-MD5, 504", "AUTH PLAIN !!!!, 501 5.5.2", "AUTH PLAIN =, 501"})
  void nonsenseShouldBeRefused(String command, String reply) throws Exception {
    try (Client client = new Client()) {
      assertThat(client.say(command)).startsWith(reply);
    }
  }

  @Test
  void authInATransactionShouldBeRefused() throws Exception {
    try (Client client = new Client()) {
      assertThat(client.say("MAIL FROM:<a@example.org>")).startsWith("250");
      assertThat(client.say("AUTH PLAIN " + base64("\0alice\0pencil"))).startsWith("503 5.5.1");
      assertThat(client.say("RSET")).startsWith("250");
      assertThat(client.say("AUTH PLAIN " + base64("\0alice\0pencil"))).startsWith("235");
    }
  }

  @Test
  void fullPoolShouldBeATemporaryFailure() throws Exception {
    full = true;
    try (Client client = new Client()) {
      assertThat(client.say("AUTH PLAIN " + base64("\0alice\0pencil"))).startsWith("454 4.7.0");
    }
  }

  @Test
  void unreadableFileShouldBeATemporaryFailure() throws Exception {
    Files.writeString(file.path(), "posthouse-users 3\n");
    try (Client client = new Client()) {
      assertThat(client.say("AUTH PLAIN " + base64("\0alice\0pencil"))).startsWith("454 4.7.0");
    }
  }

  @Test
  void hookShouldServeTheStockCommandToo() throws Exception {
    server = server(hook, new AuthCmdHandler());
    server.bind();
    try (Client client = new Client()) {
      assertThat(client.say("AUTH PLAIN " + base64("\0alice\0wrong"))).startsWith("535");
      assertThat(client.say("AUTH PLAIN " + base64("\0alice\0pencil"))).startsWith("235 2.7.0");
    }
    full = true;
    try (Client client = new Client()) {
      assertThat(client.say("AUTH PLAIN " + base64("\0alice\0other"))).startsWith("454 4.7.0");
    }
  }

  /** More sessions wait for a check than James has IO threads; another one is served meanwhile. */
  @Test
  void waitingChecksShouldNotHoldUpOtherSessions() throws Exception {
    gate = new Semaphore(0);
    List<Client> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        Client client = new Client();
        waiting.add(client);
        client.send("AUTH PLAIN " + base64("\0alice\0pencil"));
      }
      try (Client other = new Client()) {
        assertThat(other.say("NOOP")).startsWith("250");
      }
      gate.release(100);
      for (Client client : waiting) {
        assertThat(client.read()).startsWith("235");
        assertThat(client.say("NOOP")).startsWith("250");
      }
    } finally {
      for (Client client : waiting) {
        client.close();
      }
    }
  }

  @Test
  void commandBeforeTheReplyShouldEndTheSession() throws Exception {
    gate = new Semaphore(0);
    try (Client client = new Client()) {
      client.send("AUTH PLAIN " + base64("\0alice\0pencil") + "\r\nMAIL FROM:<a@example.org>");
      assertThat(client.read()).startsWith("421 4.7.0");
      gate.release(100);
      assertThat(client.read()).isNull();
    }
  }

  @Test
  void clientThatLeavesShouldNotDisturbTheCheck() throws Exception {
    gate = new Semaphore(0);
    try (Client client = new Client()) {
      client.send("AUTH PLAIN " + base64("\0alice\0pencil"));
    }
    gate.release(100);
    try (Client client = new Client()) {
      assertThat(client.say("AUTH PLAIN " + base64("\0alice\0pencil"))).startsWith("235");
    }
  }

  /** A client that has read greeting and EHLO. */
  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Client() throws IOException {
      InetSocketAddress address = server.getListenAddresses().get(0);
      socket = new Socket(address.getAddress(), address.getPort());
      in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      read();
      say("EHLO client.example.org");
    }

    void send(String line) throws IOException {
      socket.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
    }

    String say(String line) throws IOException {
      send(line);
      return read();
    }

    /** The last line of the next reply; null at the end. */
    String read() throws IOException {
      String line = in.readLine();
      while (line != null && line.length() > 3 && line.charAt(3) == '-') {
        line = in.readLine();
      }
      return line;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
