/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.PrivateNetwork;
import org.posthouse.faults.Tools;

/** A real Postfix is the mail exchanger. */
class PostfixTest {
  @TestFactory
  Stream<DynamicTest> postfixShouldTakeOurMail(@TempDir Path directory) throws Exception {
    Tools.require("postfix", "nsd");
    return PrivateNetwork.run(PostfixInside.class, directory);
  }
}
