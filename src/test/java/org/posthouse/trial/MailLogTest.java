/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailLogTest {
  private static final String LOG =
      """
      2026-11-24T10:00:00.000Z INFO  org.posthouse.server - ready
      2026-11-24T10:00:01.001Z INFO  org.posthouse.mail - accepted id=7Q from=<a@x> to=<b@y> name=Mail1
      2026-11-24T10:00:01.002Z INFO  org.posthouse.mail - accepted id=7QR from=<c@x> to=<d@y> name=Mail2
      2026-11-24T10:00:01.003Z DEBUG org.posthouse.steps - step processor=root mailet=LoopGuard name=Mail1
      2026-11-24T10:00:01.004Z DEBUG org.posthouse.steps - step processor=root mailet=LoopGuard name=Mail2
      2026-11-24T10:00:01.005Z DEBUG org.posthouse.steps - step processor=transport mailet=DkimSign name=Mail1
      2026-11-24T10:00:02.006Z INFO  org.posthouse.mail - delivered id=7Q to=<b@y>
      """;

  @TempDir private Path directory;

  @Test
  void ofShouldFindTheEventsAndStepsOfOneMail() throws IOException {
    MailLog log = MailLog.of(log(), "7Q");
    assertThat(log.events())
        .containsExactly(
            "10:00:01.001 accepted id=7Q from=<a@x> to=<b@y> name=Mail1",
            "10:00:02.006 delivered id=7Q to=<b@y>");
    assertThat(log.steps())
        .containsExactly(
            new MailLog.Step("root", "LoopGuard"), new MailLog.Step("transport", "DkimSign"));
    assertThat(log.isDelivered()).isTrue();
  }

  @Test
  void ofShouldFindNothingOfAnUnknownMail() throws IOException {
    assertThat(MailLog.of(log(), "ZZ")).isEqualTo(MailLog.of(directory.resolve("none"), "7Q"));
  }

  private Path log() throws IOException {
    return Files.writeString(directory.resolve("posthouse.log"), LOG);
  }
}
