/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.posthouse.Suites;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.HeaderSelection;
import org.posthouse.dkim.MemoryDns;
import org.posthouse.dkim.PrivateKeyFile;
import org.posthouse.dkim.RawMessage;
import org.posthouse.dkim.SignatureFactory;
import org.posthouse.dkim.SignatureTerms;
import org.posthouse.dkim.SigningKey;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The suite of ValiMail (arc_test_suite), every case. */
class ArcSuiteTest {
  private static final Clock NOW = Clock.systemUTC();

  private record Case(String name, Map<?, ?> test, Map<?, ?> scenario) {
    String text(String key) {
      return String.valueOf(test.get(key));
    }

    String ofScenario(String key) {
      return String.valueOf(scenario.get(key));
    }

    MemoryDns dns() {
      MemoryDns dns = new MemoryDns();
      if (scenario.get("txt-records") instanceof Map<?, ?> records) {
        records.forEach(
            (name, text) -> dns.text(name.toString(), text.toString().replace("\n", "")));
      }
      return dns;
    }
  }

  @TestFactory
  Stream<DynamicTest> chainsShouldBeWorthWhatTheSuiteSays() throws IOException {
    return tests("arc-draft-validation-tests.yml", 171, ArcSuiteTest::validate);
  }

  @TestFactory
  Stream<DynamicTest> sealsShouldBeWhatTheSuiteSays() throws IOException {
    return tests("arc-draft-sign-tests.yml", 17, ArcSuiteTest::seal);
  }

  private interface Check {
    void of(Case c) throws Exception;
  }

  private static Stream<DynamicTest> tests(String file, int count, Check check) throws IOException {
    return Suites.tests(
        "arc_test_suite/tests",
        suite -> {
          List<Case> cases = cases(suite.resolve(file));
          assertThat(cases).hasSize(count);
          return cases.stream().map(c -> DynamicTest.dynamicTest(c.name, () -> check.of(c)));
        });
  }

  private static void validate(Case c) throws IOException {
    RawMessage message = RawMessage.of(c.text("message"));
    ArcResult result = new ArcVerifier(c.dns(), NOW).verify(message.fields(), message.open());
    String expected = c.text("cv").strip();
    // Nothing is expected where an earlier handler found the chain broken: the chain says so
    // itself.
    assertThat(result.sets().stream().anyMatch(set -> set.chainValidation().equals("fail")))
        .isEqualTo(expected.isEmpty());
    assertThat(result.status().word())
        .as(result.reason())
        .isEqualToIgnoringCase(expected.isEmpty() ? "fail" : expected);
  }

  private static void seal(Case c) throws Exception {
    RawMessage message = RawMessage.of(c.text("message"));
    SigningKey key =
        SigningKey.of(PrivateKeyFile.parse(c.ofScenario("privatekey")), SignatureFactory.OF_JDK);
    SignatureTerms terms =
        SignatureTerms.of(c.ofScenario("domain"), c.ofScenario("sel"), key)
            .withFields(
                HeaderSelection.exactly(Arrays.asList(c.text("sig-headers").split(":", -1))));
    Clock then = Clock.fixed(Instant.ofEpochSecond(Long.parseLong(c.text("t"))), ZoneOffset.UTC);
    BodyHashes hashes = BodyHashes.received();
    ArcVerification verification = new ArcVerifier(c.dns(), NOW).begin(message.fields(), hashes);
    ArcSealing sealing =
        new ArcSealer(terms, c.text("srv-id"), then, false).begin(message.fields(), hashes);
    hashes.readAll(message.open());
    ArcResult received = verification.result();
    String results = PriorResults.of(message.fields(), c.text("srv-id"));
    List<String> lines = sealing.lines(received, results);
    if (c.text("AS").isBlank()) {
      assertThat(lines).isEmpty();
      return;
    }
    assertThat(lines).hasSize(3);
    assertThat(tags(afterName(lines.get(2)))).isEqualTo(tags(c.text("AAR")));
    assertThat(tags(afterName(lines.get(1)))).isEqualTo(tags(c.text("AMS")));
    assertThat(tags(afterName(lines.get(0)))).as(received.reason()).isEqualTo(tags(c.text("AS")));
  }

  private static String afterName(String line) {
    return line.substring(line.indexOf(':') + 1);
  }

  /** As the suite's own runner compares: tags in any order, white space left out. */
  private static Set<String> tags(String list) {
    return new TreeSet<>(Arrays.asList(list.replaceAll("\\s", "").split(";")));
  }

  private static List<Case> cases(Path file) throws IOException {
    List<Case> cases = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(in)) {
        Map<?, ?> scenario = (Map<?, ?>) document;
        ((Map<?, ?>) scenario.get("tests"))
            .forEach(
                (name, test) -> cases.add(new Case(name.toString(), (Map<?, ?>) test, scenario)));
      }
    }
    return cases;
  }
}
