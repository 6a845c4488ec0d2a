/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A verifier that is not ours accepts what DkimSign signs. */
class DkimVerificationTest {
  @TestFactory
  Stream<DynamicTest> openDkimShouldVerify(@TempDir Path directory) throws Exception {
    ForeignVerifiers.requireOpenDkim();
    return PrivateNetwork.run(DkimVerificationInside.class, directory);
  }
}
