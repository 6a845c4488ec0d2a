/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** With the shipped configuration a sender is told once, and nobody is told of a bounce. */
@Execution(ExecutionMode.CONCURRENT) // with all others
class BouncesTest {
  @TestFactory
  Stream<DynamicTest> bouncesShouldEnd(@TempDir Path directory) throws Exception {
    return PrivateNetwork.run(BouncesInside.class, directory);
  }
}
