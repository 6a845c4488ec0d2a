/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.unsubscribe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.posthouse.secret.Secrets;

/** What howto/bulk.md tells web applications to do, done with our tokens. */
class BulkGuideTest {
  private static final String SECRET = "a-secret-of-some-length";
  private static final Secrets SECRETS = Secrets.of(List.of(SECRET));
  private static String guide = "";

  private final long today = LocalDate.now(ZoneOffset.UTC).toEpochDay();
  private final UnsubscribeToken fresh =
      new UnsubscribeToken(today - 80, "t\u00e4st=x@host.example", "news");

  @BeforeAll
  static void readGuide() throws Exception {
    guide = Files.readString(Path.of("../src/doc/howto/bulk.md"));
    assumeTrue(run("python3", "-c", "print('here')").equals("here\n"), "no python3");
  }

  @Test
  void pythonShouldReadOurTokens() throws Exception {
    assertThat(python(fresh.signed(SECRETS), SECRET))
        .isEqualTo("('t\u00e4st=x@host.example', 'news')\n");
    assertThat(python(fresh.signed(SECRETS), "a-newer-secret-is-here\", \"" + SECRET))
        .isEqualTo("('t\u00e4st=x@host.example', 'news')\n");
  }

  @Test
  void pythonShouldRefuseWhatWeRefuse() throws Exception {
    String token = fresh.signed(SECRETS);
    UnsubscribeToken old = new UnsubscribeToken(today - 100, "u@host.example", "news");
    for (String wrong :
        List.of(token + "x", "2" + token.substring(1), "", "...", "1.\u00e4.\u00e4")) {
      assertThat(python(wrong, SECRET)).isEqualTo("None\n");
    }
    assertThat(python(old.signed(SECRETS), SECRET)).isEqualTo("None\n");
    assertThat(python(token, "another-secret-of-ours")).isEqualTo("None\n");
  }

  @Test
  void shellShouldGiveTheSameCode() throws Exception {
    assumeTrue(!run("sh", "-c", "openssl version && echo | basenc --base64url").isEmpty());
    int start = guide.indexOf("printf %s ");
    String command = guide.substring(start, guide.indexOf('\n', start));
    String token = fresh.signed(SECRETS);
    int dot = token.lastIndexOf('.');
    String assignments = "head=" + token.substring(0, dot) + "; secret=" + SECRET + "; ";
    assertThat(run("sh", "-c", assignments + command).strip()).isEqualTo(token.substring(dot + 1));
  }

  private static String python(String token, String secrets) throws Exception {
    int start = guide.indexOf("```python\n") + "```python\n".length();
    String code = guide.substring(start, guide.indexOf("```", start));
    String call = "print(unsubscribes(\"" + token + "\", [\"" + secrets + "\"]))\n";
    return run("python3", "-X", "utf8", "-c", code + call);
  }

  /** What a command prints; nothing when it fails or is not there. */
  private static String run(String... command) throws Exception {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return process.waitFor() == 0 ? output : "";
    } catch (IOException e) {
      return "";
    }
  }
}
