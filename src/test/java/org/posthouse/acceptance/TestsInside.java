/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs one test class and writes a line per test: its name and, after a tab, why it failed. */
final class TestsInside {
  private TestsInside() {}

  public static void main(String[] arguments) throws Exception {
    try (PrintWriter results = new PrintWriter(Files.newBufferedWriter(Path.of(arguments[1])))) {
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(DiscoverySelectors.selectClass(arguments[0]))
                  .build(),
              new Lines(results));
    }
    System.exit(0);
  }

  private record Lines(PrintWriter results) implements TestExecutionListener {
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      boolean passed = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
      if (test.isTest() || !passed) {
        String reason = result.getThrowable().map(Throwable::toString).orElse("aborted");
        String name = name(test);
        results.println(passed ? name : name + "\t" + reason.replaceAll("\\s+", " "));
        result.getThrowable().ifPresent(Throwable::printStackTrace);
      }
    }

    private static String name(TestIdentifier test) {
      String method = test.getLegacyReportingName().replaceAll("\\(.*", "");
      return (method + ": " + test.getDisplayName()).replaceAll("\\s+", " ");
    }
  }
}
