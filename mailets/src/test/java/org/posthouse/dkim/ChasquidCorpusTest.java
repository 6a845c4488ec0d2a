/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.posthouse.Suites;

/** The messages, keys and verdicts of albertito/chasquid. */
class ChasquidCorpusTest {
  private static final Pattern STATE = Pattern.compile("\"State\": \"([A-Z]+)\"");

  @TestFactory
  Stream<DynamicTest> verdictsShouldBeTheSame() throws IOException {
    return Suites.tests("chasquid/internal/dkim/testdata", ChasquidCorpusTest::tests);
  }

  private static Stream<DynamicTest> tests(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      List<Path> results =
          files.filter(file -> file.toString().endsWith(".result")).sorted().toList();
      assertThat(results).hasSize(10);
      return results.stream()
          .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f)));
    }
  }

  private static void check(Path file) throws IOException {
    String base = file.toString().replace(".result", "");
    RawMessage message = RawMessage.of(Files.readString(Path.of(base + ".msg"), ISO_8859_1));
    List<String> actual =
        new DkimVerifier(dns(Path.of(base + ".dns")), Clock.systemUTC())
            .verify(message.fields(), message.open()).stream()
                .map(result -> state(result.status()))
                .toList();
    List<String> expected =
        STATE.matcher(Files.readString(file)).results().map(match -> match.group(1)).toList();
    // chasquid looks at five signatures, we at ten.
    assertThat(actual.subList(0, Math.min(actual.size(), 5))).isEqualTo(expected);
  }

  private static String state(DkimStatus status) {
    return switch (status) {
      case PASS -> "SUCCESS";
      case TEMPERROR -> "TEMPFAIL";
      default -> "PERMFAIL";
    };
  }

  private static MemoryDns dns(Path file) throws IOException {
    MemoryDns dns = new MemoryDns();
    if (!Files.exists(file)) {
      return dns;
    }
    String joined = Files.readString(file).replace("\\\n", "");
    for (String line : joined.lines().filter(l -> !l.isBlank()).toList()) {
      String name = line.substring(0, line.indexOf(':'));
      String text = line.substring(line.indexOf(':') + 1).strip();
      switch (text) {
        case "TEMPERROR" -> dns.failing(name);
        case "PERMERROR" -> {}
        default -> dns.text(name, text);
      }
    }
    return dns;
  }
}
