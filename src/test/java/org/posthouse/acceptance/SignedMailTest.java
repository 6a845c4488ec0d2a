/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What leaves the relay is verified by software that is not ours, octet for octet as it came. */
@Execution(ExecutionMode.CONCURRENT) // with all others
class SignedMailTest {
  @TestFactory
  Stream<DynamicTest> whatLeavesShouldVerify(@TempDir Path directory) throws Exception {
    ForeignVerifiers.requireOpenDkim();
    ForeignVerifiers.requireDkimpy();
    return PrivateNetwork.run(SignedMailInside.class, directory);
  }
}
