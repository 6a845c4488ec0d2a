/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthouse.acceptance.SmtpDialog;

/** Whatever a client sends within AUTH, it gets one reply to each line, and is not let in. */
class AuthFuzzTest {
  private static final int LINES = 250;
  private static final List<String> MECHANISMS =
      List.of("PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "OAUTHBEARER", "XOAUTH2");
  private static final List<String> SEEDS =
      List.of(
          "\0alice\0pencil",
          "alice",
          "n,,n=alice,r=abcdef",
          "p=tls-server-end-point,,n=alice,r=abcdef",
          "c=biws,r=abcdef,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
          "n,a=alice,\u0001host=x\u0001auth=Bearer abc\u0001\u0001",
          "user=alice\u0001auth=Bearer abc\u0001\u0001",
          "");

  @TempDir Path home;
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    Path conf = Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        conf.resolve("identities.xml"),
        "<identities><users/><oidc name='p'><issuer>http://127.0.0.1:1/</issuer>"
            + "<audience>x</audience></oidc><guessing><firstDelay>0 s</firstDelay>"
            + "<longestDelay>0 s</longestDelay><perAddress>100000</perAddress>"
            + "<perNetwork>100000</perNetwork><perLogin>100000</perLogin></guessing></identities>");
    harness = SmtpHarness.open(home, SmtpHarness.limits("<errors>100000</errors>"));
  }

  @AfterEach
  void close() {
    harness.close();
  }

  /** Two that stay, and one that is new each time; it stands in the test's name. */
  static long[] seeds() {
    return new long[] {1, 2, System.nanoTime()};
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void eachLineShouldHaveOneReplyAndNoneALogin(long seed) throws Exception {
    Random random = new Random(seed);
    boolean inExchange = false;
    try (SmtpDialog client = harness.client().startTls()) {
      client.ask("EHLO client.test", "250");
      for (int i = 0; i < LINES; i++) {
        String line = inExchange ? response(random) : command(random);
        String reply = client.ask(line, "");
        assertThat(reply).as("line %d: %s", i, line).matches("(334 |[45]\\d\\d \\d\\.\\d).*");
        inExchange = reply.startsWith("334");
      }
      client.ask(inExchange ? "*" : "NOOP", inExchange ? "501" : "250");
      client.ask("NOOP", "250");
    }
  }

  private static String command(Random random) {
    String mechanism = MECHANISMS.get(random.nextInt(MECHANISMS.size()));
    return random.nextInt(3) == 0
        ? "AUTH " + mechanism
        : "AUTH " + mechanism + " " + response(random);
  }

  private static String response(Random random) {
    String text = SEEDS.get(random.nextInt(SEEDS.size()));
    byte[] octets = mutated(text.getBytes(UTF_8), random);
    return switch (random.nextInt(8)) {
      case 0 -> "=";
      case 1 -> "*";
      case 2 -> new String(octets, ISO_8859_1).replaceAll("[\r\n]", "?");
      default -> Base64.getEncoder().encodeToString(octets);
    };
  }

  private static byte[] mutated(byte[] octets, Random random) {
    byte[] changed = octets.clone();
    for (int i = random.nextInt(3); i > 0 && changed.length > 0; i--) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    int length = random.nextInt(4) == 0 ? random.nextInt(changed.length + 400) : changed.length;
    return java.util.Arrays.copyOf(changed, length);
  }
}
