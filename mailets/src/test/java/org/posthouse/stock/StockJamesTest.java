/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.stock;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.apache.mailet.Mailet;
import org.apache.mailet.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.authentication.Corpus;
import org.posthouse.dkim.Dkimpy;
import org.posthouse.dkim.MemoryDns;
import org.posthouse.dkim.PublishedKey;
import org.posthouse.dkim.TestKeys;
import org.posthouse.dns.ScriptedDns;
import org.posthouse.dns.ScriptedNameServer;
import org.posthouse.mailets.DkimSign;

/**
 * The jar works in a stock James by being put into extensions-jars: in a server of nothing but
 * James' own jars, with every mailet and matcher of ours between SMTP and the next host.
 */
class StockJamesTest {
  @TempDir static Path directory;

  private static final MemoryDns DNS = Corpus.dns();
  private static List<String> classPath;
  private static Path jar;
  private static ScriptedNameServer nameServer;
  private static NextHost nextHost;
  private static StockServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    classPath = StockClassPath.resolve(Files.createDirectory(directory.resolve("maven")));
    Path home = Files.createDirectory(directory.resolve("home"));
    jar = home.resolve("extensions-jars/posthouse-mailets.jar");
    StockServerProcess.writeJar(classes(), jar);
    nextHost = new NextHost();
    DNS.text("ed._domainkey.table.example", PublishedKey.record(TestKeys.ED25519.getPublic()));
    ScriptedDns dns = new ScriptedDns().withTxt("example.com", "v=spf1 ip4:127.0.0.1 -all");
    DNS.texts().forEach((name, texts) -> dns.withTxt(name, texts.get(0)));
    nameServer = dns.serve();
    configure(Files.createDirectory(home.resolve("conf")));
    server = StockServerProcess.start(home, classPath, nameServer.address());
  }

  private static void configure(Path conf) throws IOException {
    for (String name :
        List.of(
            "smtpserver.xml", "dnsservice.xml", "mailetcontainer.xml", "logback.xml", "dkim.xml")) {
      Files.writeString(
          conf.resolve(name), text(name).replace("@PORT@", Integer.toString(nextHost.port())));
    }
    writeSecret(
        conf.resolve("private.key"),
        TestKeys.pem("PRIVATE KEY", TestKeys.RSA.getPrivate().getEncoded()));
    writeSecret(
        conf.resolve("table.key"),
        TestKeys.pem("PRIVATE KEY", TestKeys.ED25519.getPrivate().getEncoded()));
    writeSecret(conf.resolve("secret"), "a secret of the test server\n");
  }

  private static void writeSecret(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static String text(String configuration) throws IOException {
    try (InputStream in = StockServerProcess.resource("conf/" + configuration)) {
      return new String(in.readAllBytes(), ISO_8859_1);
    }
  }

  private static Path classes() throws Exception {
    return Path.of(DkimSign.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
    if (nextHost != null) {
      nextHost.close();
      nameServer.close();
    }
  }

  @Test
  void classPathShouldBeStocksOwn() {
    assertThat(classPath)
        .noneMatch(each -> each.contains("posthouse") || each.contains("jakarta.mail"))
        .anyMatch(each -> each.endsWith("dnsjava-3.5.2.jar"))
        .anyMatch(each -> each.endsWith("javax.mail-1.6.2.jar"))
        .anyMatch(each -> each.endsWith("re2j-1.7.jar"))
        .anyMatch(each -> each.endsWith("apache-jdkim-library-0.3.jar"))
        .anyMatch(each -> each.contains("james-server-core-3.8.1"));
  }

  @Test
  void jarShouldBringNothingAlongAndMissNothing() throws Exception {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      assertThat(zip.stream().map(Object::toString))
          .allMatch(name -> name.startsWith("org/posthouse/") || name.startsWith("META-INF/"));
    }
    List<String> arguments =
        List.of(
            "--multi-release",
            "17",
            "--missing-deps",
            "-cp",
            String.join(java.io.File.pathSeparator, classPath),
            jar.toString());
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    ToolProvider.findFirst("jdeps").orElseThrow().run(out, out, arguments.toArray(String[]::new));
    // Annotations that nobody reads at run time.
    assertThat(said.toString().lines().filter(line -> line.startsWith(" ")))
        .isNotEmpty()
        .allMatch(line -> line.contains("-> org.jspecify.annotations."));
  }

  @Test
  void everyMailetAndMatcherOfOursShouldBeInTheChain() throws Exception {
    String chain = text("mailetcontainer.xml");
    List<String> ours = new ArrayList<>();
    for (String name : List.of("mailets", "matchers")) {
      try (Stream<Path> files = Files.list(classes().resolve("org/posthouse/" + name))) {
        for (Path file : files.toList()) {
          String simple = file.getFileName().toString().replace(".class", "");
          Class<?> type = Class.forName("org.posthouse." + name + "." + simple);
          boolean runs =
              Mailet.class.isAssignableFrom(type) || Matcher.class.isAssignableFrom(type);
          if (runs && !Modifier.isAbstract(type.getModifiers())) {
            ours.add(type.getName());
          }
        }
      }
    }
    assertThat(ours).hasSizeGreaterThan(20).allMatch(name -> isNamed(chain, name));
  }

  private static boolean isNamed(String chain, String name) {
    return chain.contains("\"" + name + "\"") || chain.contains("\"" + name + "=");
  }

  @Test
  void strangersMailShouldBeCheckedMarkedRewrittenSignedAndSealed() throws Exception {
    send("", "ann@example.com", "bob@example.net", Corpus.message("both"));
    NextHost.Received mail = received();
    String text = unfolded(mail.text());
    assertThat(mail.recipients()).containsExactly("robert@example.net");
    assertThat(mail.sender()).startsWith("SRS0=").endsWith("=example.com=ann@srs.stock.example");
    assertThat(text)
        .contains(
            "Authentication-Results: mx.stock.example; spf=pass smtp.mailfrom=ann@example.com;",
            "dmarc=pass",
            "To: Bob <robert@example.net>",
            "Subject: [relay] A  subject of two lines",
            "X-Relay: ann@example.com",
            "\r\nReceived: from hidden by ");
    assertThat(matched(text))
        .containsExactlyInAnyOrder(
            "RelayRight=network",
            "ClientNetworkIs=127.0.0.0/8",
            "SpfIs=pass:example.com",
            "DkimIs=pass:example.com",
            "DmarcIs=pass",
            "ArcIs=none");
    assertThat(dkimpy("dkim", mail)).startsWith("pass");
    assertThat(dkimpy("arc", mail)).isEqualTo("pass");
  }

  @Test
  void mailShouldBeSignedByTheKeyThatTheTableHasForItsAuthor() throws Exception {
    String from = "From: carol@table.example\r\n\r\nhi\r\n";
    send("", "carol@example.com", "bob@example.net", from);
    NextHost.Received mail = received();
    String first = unfolded(mail.text()).replaceFirst("(?s).*?DKIM-Signature:(.*?)\r\n.*", "$1");
    assertThat(first).contains("a=ed25519-sha256;", "d=table.example;", "s=ed;");
    assertThat(dkimpy("dkim", mail)).isEqualTo("pass pass"); // the single key's, too
    send("", "carol@example.com", "bob@example.net", from.replace("table", "other"));
    assertThat(received().text()).doesNotContain("d=table.example");
  }

  @Test
  void mailOfALoginShouldBeCompletedAndHaveAReturnPathOfItsOwn() throws Exception {
    send(
        "ann@stock.example",
        "ann@stock.example",
        "bob@example.net",
        "From: ann@stock.example\r\n\r\nhi\r\n");
    NextHost.Received mail = received();
    String text = unfolded(mail.text());
    assertThat(mail.sender()).matches("bounces[+]\\w+=bob=example.net@stock.example");
    assertThat(text)
        .contains(
            "X-Login: ann@stock.example",
            "List-Unsubscribe: <https://stock.example/u?t=",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "\r\nMessage-ID: <",
            "\r\nDate: ")
        .doesNotContain("ARC-Seal", "Authentication-Results");
    assertThat(matched(text))
        .containsExactlyInAnyOrder(
            "RelayRight=login", "LoginIs=ann@stock.example", "ClientNetworkIs=127.0.0.0/8");
    assertThat(dkimpy("dkim", mail)).isEqualTo("pass");
    send("", "", mail.sender(), "Subject: back\r\n\r\nreturned\r\n");
    assertThat(received().text()).contains("X-Returned: bob@example.net");
  }

  @Test
  void bounceShouldComeBackToWhomSrsRewrote() throws Exception {
    send("", "carol@example.com", "bob@example.net", "From: carol@example.com\r\n\r\nhi\r\n");
    String rewritten = received().sender();
    send("", "", rewritten, "Subject: bounce\r\n\r\nreturned\r\n");
    assertThat(received().recipients()).containsExactly("carol@example.com");
  }

  @Test
  void groupShouldBeOneMailForAllItsMembersElsewhere() throws Exception {
    send("", "carol@example.com", "list@stock.example", "From: carol@example.com\r\n\r\nhi\r\n");
    assertThat(received().recipients())
        .containsExactlyInAnyOrder("carl@example.net", "dora@example.net");
    send("", "carol@example.com", "gone@stock.example", "From: carol@example.com\r\n\r\nhi\r\n");
    assertThat(received().text()).contains("X-Error: yes");
  }

  @Test
  void loopingMailShouldGoToTheProcessorForIt() throws Exception {
    String text = "Received: from a by b; now\r\n".repeat(6) + "From: a@example.com\r\n\r\nx\r\n";
    send("", "ann@example.com", "bob@example.net", text);
    assertThat(received().text()).contains("X-Error: yes");
  }

  private static List<String> matched(String text) {
    return text.lines()
        .filter(line -> line.startsWith("X-Matched: "))
        .map(line -> line.substring("X-Matched: ".length()))
        .toList();
  }

  private static String unfolded(String text) {
    return text.replaceAll("\r\n[ \t]+", " ");
  }

  private static NextHost.Received received() throws Exception {
    NextHost.Received mail = nextHost.next();
    assertThat(mail).as(server::log).isNotNull();
    return Objects.requireNonNull(mail);
  }

  private static String dkimpy(String kind, NextHost.Received mail) throws Exception {
    Path empty = Files.createTempDirectory(directory, "dkimpy");
    return Dkimpy.verify(kind, List.of(mail.text()), DNS, empty).get(0);
  }

  private static void send(String login, String sender, String recipient, String text)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        BufferedReader in =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))) {
      ask(socket, in, "", "220");
      ask(socket, in, "EHLO client.example\r\n", "250");
      if (!login.isEmpty()) {
        byte[] plain = ("\0" + login + "\0secret").getBytes(ISO_8859_1);
        String secret = Base64.getEncoder().encodeToString(plain);
        ask(socket, in, "AUTH PLAIN " + secret + "\r\n", "235");
      }
      ask(socket, in, "MAIL FROM:<" + sender + ">\r\n", "250");
      ask(socket, in, "RCPT TO:<" + recipient + ">\r\n", "250");
      ask(socket, in, "DATA\r\n", "354");
      ask(socket, in, text + ".\r\n", "250");
      ask(socket, in, "QUIT\r\n", "221");
    }
  }

  private static void ask(Socket socket, BufferedReader in, String command, String code)
      throws IOException {
    socket.getOutputStream().write(command.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    String line = in.readLine();
    while (line != null && line.startsWith(code + "-")) {
      line = in.readLine();
    }
    assertThat(line).as(command).startsWith(code);
  }
}
