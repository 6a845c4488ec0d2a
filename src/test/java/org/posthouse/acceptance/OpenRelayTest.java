/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Nobody relays who has no right to it, or more than that right gives. */
@Execution(ExecutionMode.CONCURRENT) // with all others
class OpenRelayTest {
  /** The shipped configuration. */
  @TestFactory
  Stream<DynamicTest> strangersShouldGetNothingThrough(@TempDir Path directory) throws Exception {
    return PrivateNetwork.run(OpenRelayInside.class, directory);
  }

  @TestFactory
  Stream<DynamicTest> clientsShouldGetWhatTheirRulesSayThrough(@TempDir Path directory)
      throws Exception {
    return PrivateNetwork.run(PartialRightsInside.class, directory);
  }
}
