/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.posthouse.Suites;
import org.posthouse.dns.Dns;
import org.posthouse.dns.ScriptedNameServer;
import org.posthouse.dns.SystemDns;

/** The published suite, whole, in memory and over a network. */
class Rfc7208SuiteTest {
  private static final String NO_EXPLANATION = "DEFAULT";

  @TestFactory
  Stream<DynamicTest> resultsShouldBeThoseOfTheSuite() throws IOException {
    return Suites.tests("pyspf/test/rfc7208-tests.yml", Rfc7208SuiteTest::tests);
  }

  private static Stream<DynamicTest> tests(Path file) throws IOException {
    List<Rfc7208Suite.Case> cases = Rfc7208Suite.cases(file);
    Stream<DynamicTest> whole =
        Stream.of(
            dynamicTest(
                "whole",
                () -> {
                  assertThat(cases).hasSize(203);
                  assertThat(cases).filteredOn(each -> each.explanation() != null).hasSize(22);
                }));
    return Stream.of(
            whole,
            cases.stream().map(each -> dynamicTest(each.name(), () -> inMemory(each))),
            cases.stream().map(each -> dynamicTest(each.name() + " asked", () -> asked(each))))
        .flatMap(tests -> tests);
  }

  private static void inMemory(Rfc7208Suite.Case test) {
    check(test, Rfc7208Suite.dns(test, true));
  }

  private static void asked(Rfc7208Suite.Case test) {
    try (ScriptedNameServer server = Rfc7208Suite.dns(test, false).serve()) {
      check(test, new SystemDns(server.resolver(), Duration.ofSeconds(20)));
    }
  }

  private static void check(Rfc7208Suite.Case test, Dns dns) {
    SpfResult result = new Spf(dns).check(test.request());

    assertThat(result.code().word()).as(result.toString()).isEqualTo(test.results().get(0));
    if (test.explanation() != null) {
      String explanation = result.explanation() == null ? NO_EXPLANATION : result.explanation();
      assertThat(explanation).isEqualTo(test.explanation());
    }
  }
}
