/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailetReferenceTest {
  private static final Path PAGE = Path.of("doc/MAILETS.md");
  private static final List<Path> SOURCES =
      List.of(
          Path.of("../mailets/src/main/java/org/posthouse/mailets"),
          Path.of("../mailets/src/main/java/org/posthouse/matchers"),
          Path.of("main/java/org/posthouse/james"));

  @Test
  void thePageShouldSayWhatTheJavadocSays() throws Exception {
    String page = MailetReference.page(SOURCES);
    if (Boolean.getBoolean("posthouse.writeReference")) {
      Files.writeString(PAGE, page);
    }
    assertThat(page).contains("### DkimSign", "### CheckAlignment", "### SpfIs", "```xml\n<mailet");
    assertThat(Files.readString(PAGE))
        .as(
            "write it anew: mvn test -pl mailets,src -Dtest=MailetReferenceTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dposthouse.writeReference=true")
        .isEqualTo(page);
  }
}
