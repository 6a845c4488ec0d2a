/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnreadFilesTest {
  @TempDir Path conf;

  @Test
  void misspeltFilesAndThoseOfOtherServersShouldBeTold() throws IOException {
    for (String name :
        List.of("smtpservr.xml", "usersrepository.xml", "relay.xml", "mine.xml", "relay.xml~")) {
      Files.createFile(conf.resolve(name));
    }
    assertThat(UnreadFiles.in(conf))
        .containsExactly(
            "conf/smtpservr.xml is not read: did you mean smtpserver.xml?",
            "conf/usersrepository.xml is not read: logins stand in conf/users, see `posthouse"
                + " user`");
  }

  @Test
  void whatAMailetReadsShouldNotBeTold() throws IOException {
    Files.createFile(conf.resolve("dkim2.xml"));
    assertThat(UnreadFiles.in(conf)).hasSize(1);
    Files.writeString(conf.resolve("mailetcontainer.xml"), "<keyTable>dkim2.xml</keyTable>");
    assertThat(UnreadFiles.in(conf)).isEmpty();
  }

  @Test
  void nothingShouldBeSaidOfWhatIsShipped() throws IOException {
    Path shipped = Path.of("..", "conf");
    try (Stream<Path> files = Files.list(shipped)) {
      assertThat(files).hasSizeGreaterThan(5);
    }
    assertThat(UnreadFiles.in(shipped)).isEmpty();
  }
}
