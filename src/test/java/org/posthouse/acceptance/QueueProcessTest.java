/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue commands beside a server that runs. */
class QueueProcessTest {
  @TempDir Path scratch;

  @Test
  void aRunningServerShouldBeBackedUpAndNotOverwritten() throws Exception {
    Path home = Files.createDirectory(scratch.resolve("home"));
    try (ServerSocket silent = new ServerSocket(0);
        RelayProcess relay = RelayProcess.start(RelayHome.create(home, silent.getLocalPort()))) {
      try (SmtpDialog client = SmtpDialog.greeted(relay.port("relay"))) {
        client.ask("MAIL FROM:<alice@relay.test>", "250");
        client.ask("RCPT TO:<bob@next.test>", "250");
        client.ask("DATA", "354");
        client.ask("Subject: x\r\n\r\nkept\r\n.", "250");
      }
      String backup = scratch.resolve("backup").toString();
      RelayProcess.Result made = queue(home, "backup", backup);
      assertThat(made.exitCode()).as(made.output()).isZero();
      assertThat(made.output()).contains("1 mails in queues", "from the running server");

      RelayProcess.Result restored = queue(home, "restore", backup, "--force");
      assertThat(restored.exitCode()).as(restored.output()).isEqualTo(75);
      assertThat(restored.output()).contains("in use by another process");
      RelayProcess.Result rescued = queue(home, "rescue", scratch.resolve("saved").toString());
      assertThat(rescued.exitCode()).as(rescued.output()).isEqualTo(75);
      RelayProcess.Result exported = queue(home, "export", scratch.resolve("out").toString());
      assertThat(exported.output()).contains("1 mails exported, of these 0 not whole");
      assertThat(relay.stop()).isZero();
    }
  }

  private static RelayProcess.Result queue(Path home, String... words) throws Exception {
    String[] all = new String[words.length + 3];
    all[0] = "queue";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--home";
    all[words.length + 2] = home.toString();
    return RelayProcess.command(all);
  }
}
