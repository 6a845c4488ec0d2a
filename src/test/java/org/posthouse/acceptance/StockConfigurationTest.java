/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The files of James' own jpa-smtp-app work unchanged. */
class StockConfigurationTest {
  @TestFactory
  Stream<DynamicTest> jpaSmtpAppShouldRelay(@TempDir Path directory) throws Exception {
    return PrivateNetwork.run(StockConfigurationInside.class, directory);
  }
}
