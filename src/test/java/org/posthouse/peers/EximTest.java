/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.PrivateNetwork;
import org.posthouse.faults.Tools;

/** A real Exim is the mail exchanger; it takes mail by BDAT. */
class EximTest {
  @TestFactory
  Stream<DynamicTest> eximShouldTakeOurMail(@TempDir Path directory) throws Exception {
    Tools.require("exim4", "nsd");
    return PrivateNetwork.run(EximInside.class, directory);
  }
}
