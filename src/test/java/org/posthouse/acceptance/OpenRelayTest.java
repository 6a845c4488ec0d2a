/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Nobody relays who has no right to it, or more than that right gives. */
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
