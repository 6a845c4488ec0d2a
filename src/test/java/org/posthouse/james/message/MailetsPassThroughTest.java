/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthouse.james.message.NastyMessages.lazy;
import static org.posthouse.james.message.NastyMessages.text;
import static org.posthouse.james.message.NastyMessages.written;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import javax.mail.Session;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.Mailet;
import org.apache.mailet.base.test.FakeMailContext;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthouse.FilesOf;
import org.posthouse.dns.SystemDns;
import org.posthouse.mailets.AddMissing;
import org.posthouse.mailets.ArcSeal;
import org.posthouse.mailets.CheckAuthentication;
import org.posthouse.mailets.DkimSign;
import org.posthouse.mailets.HideInternalHops;
import org.posthouse.mailets.KeyTables;
import org.posthouse.mailets.ListUnsubscribe;
import org.posthouse.mailets.LoopGuard;
import org.posthouse.mailets.RewriteAddresses;
import org.posthouse.mailets.RewriteHeaders;
import org.posthouse.mailets.Srs;
import org.posthouse.mailets.Verp;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.SimpleResolver;

/** A chain of all mailets of ours leaves every octet alone that it has no business with. */
class MailetsPassThroughTest {
  private static final List<Mailet> IDLE = new ArrayList<>();
  private static final List<Mailet> CHANGING = new ArrayList<>();

  /**
   * Whose header has a line that is no field: nobody signs them or edits what may be their body.
   */
  private static final Set<String> ODD_LINES =
      Set.of(
          "no colon",
          "mbox line",
          "no headers, no empty line",
          "odd names",
          "CR at the end of the header",
          "headers without end",
          "one line without end",
          "random");

  @TempDir static Path home;

  @BeforeAll
  static void configure() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    Files.writeString(
        home.resolve("key.pem"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder()
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    Files.writeString(home.resolve("secret"), "a secret of this test alone\n");
    for (String name : List.of("key.pem", "secret")) {
      Files.setPosixFilePermissions(
          home.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }
    FilesOf files = new FilesOf(home);
    add(IDLE, new LoopGuard(), "maxReceived", "1000000", "maxOwnReceived", "1000000");
    add(IDLE, new RewriteAddresses(files), "canonical", "nobody@nowhere.example x@y.example");
    add(IDLE, new RewriteHeaders(), "rules", "remove X-Never-There\nreplace X-No: /a/b/");
    add(IDLE, new HideInternalHops(), "hide", "client", "except", "X-Mailer, User-Agent");
    add(IDLE, new ArcSeal(files), key("arc"));
    add(
        IDLE,
        new Srs(files),
        "mode",
        "forward",
        "domain",
        "srs.example",
        "secretFile",
        "file://secret");
    add(
        IDLE,
        new Verp(files),
        "mode",
        "forward",
        "address",
        "b@srs.example",
        "secretFile",
        "file://secret");
    add(CHANGING, new CheckAuthentication(silent()), "authservId", "mx.example", "spf", "false");
    add(CHANGING, new DkimSign(files, silent(), null, new KeyTables()), key("dkim"));
    add(CHANGING, new ArcSeal(files), key("arc"));
  }

  /** Nobody answers there, at once. */
  private static SystemDns silent() throws Exception {
    SimpleResolver resolver = new SimpleResolver("127.0.0.1");
    resolver.setPort(1);
    resolver.setTimeout(Duration.ofMillis(200));
    return new SystemDns(resolver, Duration.ofMillis(200));
  }

  @AfterAll
  static void destroy() {
    Stream.concat(IDLE.stream(), CHANGING.stream()).forEach(Mailet::destroy);
  }

  private static String[] key(String selector) {
    return new String[] {
      "domain", "example.com", "selector", selector, "keyFile", "file://key.pem"
    };
  }

  private static void add(List<Mailet> chain, Mailet mailet, String... parameters)
      throws Exception {
    FakeMailetConfig.Builder config =
        FakeMailetConfig.builder()
            .mailetName(mailet.getClass().getSimpleName())
            .mailetContext(FakeMailContext.defaultContext());
    for (int i = 0; i < parameters.length; i += 2) {
      config.setProperty(parameters[i], parameters[i + 1]);
    }
    if (mailet instanceof ArcSeal) {
      config.setProperty("authservId", "mx.example");
    }
    mailet.init(config.build());
    chain.add(mailet);
  }

  private static void pass(List<Mailet> chain, MimeMessageWrapper message) throws Exception {
    MailImpl mail =
        MailImpl.builder().name("m").sender("a@example.com").addRecipient("b@r.example").build();
    mail.setMessageNoCopy(message);
    for (Mailet mailet : chain) {
      mailet.service(mail);
    }
    assertThat(mail.getMessage()).isSameAs(message);
  }

  static Stream<Arguments> corpus() {
    String header = "X-Fill: " + "y".repeat(990) + "\r\n";
    return Stream.concat(
        NastyMessages.all(),
        Stream.of(
            Arguments.of(
                "512 KiB of header",
                NastyMessages.octets(
                    header.repeat(512 * 1024 / header.length()) + "\r\nb\u00ff\rdy"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpus")
  void chainThatHasNothingToDoShouldChangeNothing(String name, byte[] octets) throws Exception {
    RelayMessage message = NastyMessages.message(octets);
    pass(IDLE, message);
    assertThat(message.isModified()).isFalse();
    assertThat(written(message)).isEqualTo(octets);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpus")
  void stocksMessageShouldPassUnchangedToo(String name, byte[] octets) throws Exception {
    MimeMessageWrapper message =
        new MimeMessageWrapper(
            Session.getInstance(new Properties()),
            MimeMessageInputStreamSource.create("m", new ByteArrayInputStream(octets)));
    pass(IDLE, message);
    assertThat(message.isModified()).isFalse();
    try (InputStream in = message.getMessageInputStream()) {
      assertThat(in.readAllBytes()).isEqualTo(octets);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpus")
  void checkSignatureAndSealShouldOnlyPutLinesOnTop(String name, byte[] octets) throws Exception {
    RelayMessage message = NastyMessages.message(octets);
    pass(CHANGING, message);
    String after = text(written(message));
    if (name.equals("fold first")) {
      assertThat(after).isEqualTo(text(octets)); // that line would go on with what is put above it
    } else if (ODD_LINES.contains(name)) {
      assertThat(after).startsWith("Authentication-Results: mx.example;").endsWith(text(octets));
      assertThat(after.substring(0, after.length() - octets.length))
          .doesNotContain("DKIM-Sig", "ARC-");
    } else {
      assertThat(after)
          .startsWith("ARC-Seal: ")
          .contains("\nDKIM-Signature: ", "\nAuthentication-Results: mx.example;")
          .endsWith(text(octets));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpus")
  void oneHeaderThatIsSetShouldChangeItsLineOnly(String name, byte[] octets) throws Exception {
    RelayMessage message = NastyMessages.message("X-Here: old\r\n" + text(octets));
    List<Mailet> chain = new ArrayList<>();
    add(chain, new RewriteHeaders(), "rules", "set X-Here: new");
    chain.addAll(IDLE);
    pass(chain, message);
    // A line that begins with a blank goes on with the one above, which is replaced as a whole.
    String rest = text(octets);
    if (ODD_LINES.contains(name)) {
      assertThat(text(written(message))).isEqualTo("X-Here: old\r\n" + rest);
      return;
    }
    while (rest.startsWith(" ") || rest.startsWith("\t")) {
      rest = rest.substring(rest.indexOf('\n') + 1);
    }
    assertThat(text(written(message))).isEqualTo("X-Here: new\r\n" + rest);
  }

  @Test
  void lineThatIsNoFieldShouldBeInTheLog() throws Exception {
    Logger mailLog = (Logger) LoggerFactory.getLogger("org.posthouse.mail");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    mailLog.addAppender(log);
    try {
      List<Mailet> chain = new ArrayList<>();
      add(chain, new RewriteHeaders(), "rules", "set Subject: t");
      add(chain, new AddMissing());
      add(chain, new DkimSign(new FilesOf(home), silent(), null, new KeyTables()), key("dkim"));
      pass(chain, NastyMessages.message("From: a@b.c\n fold\nPlease pay 1000 EUR\nX: y\n\nbody"));
    } finally {
      mailLog.detachAppender(log);
    }
    String why = " error=\"line 3 of the header is no field\"";
    assertThat(log.list)
        .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
        .containsExactly(
            "WARN unparsable id=- name=m" + why,
            "WARN unparsable id=- name=m" + why,
            "INFO unsigned id=- name=m domain=-" + why);
  }

  @Test
  void missingFieldsAndListFieldsShouldStandBelowTheOthers() throws Exception {
    RelayMessage message = NastyMessages.message("Subject: \u00ff\nX:y\n\nb\rd\u0000y");
    List<Mailet> chain = new ArrayList<>();
    add(chain, new AddMissing(), "fields", "MIME-Version", "mimeVersion", "always");
    add(
        chain,
        new ListUnsubscribe(new FilesOf(home)),
        "uri",
        "https://example.com/u?t={token}",
        "secretFile",
        "file://secret",
        "list",
        "l.example");
    pass(chain, message);
    assertThat(text(written(message)))
        .startsWith("Subject: \u00ff\nX:y\nMIME-Version: 1.0\n")
        .contains("\nList-Unsubscribe-Post: List-Unsubscribe=One-Click")
        .endsWith("\n\nb\rd\u0000y");
  }

  @Test
  void fiftyMegabytesShouldPassWithoutBeingHeld() throws Exception {
    long size = 50L << 20;
    RelayMessage message = new RelayMessage(lazy("From: a@example.com\r\n\r\n", size));
    List<Mailet> all = new ArrayList<>(IDLE);
    all.addAll(CHANGING);
    long before = allocated();
    pass(all, message);
    MessageDigest after = MessageDigest.getInstance("SHA-256");
    message.writeTo(OutputStream.nullOutputStream(), new DigestOutput(after));
    assertThat(allocated() - before).isLessThan(size / 4);
    MessageDigest body = MessageDigest.getInstance("SHA-256");
    try (InputStream in = message.openBody()) {
      in.transferTo(new DigestOutput(body));
    }
    MessageDigest expected = MessageDigest.getInstance("SHA-256");
    lazy("", size).getInputStream().transferTo(new DigestOutput(expected));
    byte[] octets = expected.digest();
    assertThat(after.digest()).isEqualTo(octets);
    assertThat(body.digest()).isEqualTo(octets);
    assertThat(text(message.headerOctets()))
        .startsWith("ARC-Seal: ")
        .endsWith("a@example.com\r\n\r\n");
  }

  /** Octets that this thread has asked for, whether or not they were collected since. */
  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static final class DigestOutput extends OutputStream {
    private final MessageDigest digest;

    DigestOutput(MessageDigest digest) {
      this.digest = digest;
    }

    @Override
    public void write(int octet) {
      digest.update((byte) octet);
    }

    @Override
    public void write(byte[] octets, int offset, int length) {
      digest.update(octets, offset, length);
    }
  }
}
