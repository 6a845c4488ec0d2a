/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.cli.CommandFailure;
import org.posthouse.config.Home;

class TrialHomeTest {
  @TempDir private Path directory;

  @Test
  void prepareShouldChangeOnlyWhatATrialNeeds() throws Exception {
    TrialHome home = new TrialHome(new Home(directory.resolve("scratch")));
    home.clear();
    TrialPlan plan = new TrialPlan(1025, 1465, 1587, 2025, "secret");
    home.prepare(plan);
    assertThat(conf(home, "smtpserver.xml"))
        .contains("<bind>127.0.0.1:1025</bind>")
        .contains("<bind>127.0.0.1:1465</bind>")
        .contains("<bind>127.0.0.1:1587</bind>")
        .doesNotContain("0.0.0.0:");
    assertThat(conf(home, "mailetcontainer.xml"))
        .contains("<gateway>127.0.0.1</gateway>")
        .contains("<gatewayPort>2025</gatewayPort>")
        .contains("<checkDns>off</checkDns>")
        .contains("<!-- Makes a mail ready to leave. -->");
    assertThat(conf(home, "dkim.xml")).contains("<domain name=\"trial.example\"><key ");
    assertThat(conf(home, "users")).contains("alice@trial.example").doesNotContain("secret");
    assertThat(conf(home, "tls/certificate.pem")).startsWith("-----BEGIN CERTIFICATE-----");
    for (String secret : new String[] {"tls/private.key", "dkim/private.key", "users"}) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(home.home().conf().resolve(secret))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void clearShouldLeaveADirectoryAloneThatIsNoScratchHome() throws IOException {
    Path mine = Files.writeString(directory.resolve("mine"), "x");
    TrialHome home = new TrialHome(new Home(directory));
    assertThatThrownBy(home::clear)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--home");
    assertThat(mine).exists();
  }

  @Test
  void clearShouldEmptyAnEarlierScratchHome() throws IOException {
    TrialHome home = new TrialHome(new Home(directory.resolve("scratch")));
    home.clear();
    Path old = Files.writeString(home.home().root().resolve("old"), "x");
    home.clear();
    assertThat(old).doesNotExist();
    assertThat(home.mark()).exists();
  }

  private static String conf(TrialHome home, String name) throws IOException {
    return Files.readString(home.home().conf().resolve(name));
  }

  @Test
  void removeShouldLeaveNothing() throws Exception {
    TrialHome home = new TrialHome(new Home(directory.resolve("scratch")));
    home.clear();
    home.prepare(new TrialPlan(1025, 1465, 1587, 2025, "secret"));
    home.remove();
    assertThat(directory).isEmptyDirectory();
  }

  /** conf/ is a resource of the tests; a clone that someone runs a relay in has more in it. */
  @Test
  void everyFileThatIsShippedShouldBeKnown() throws Exception {
    Path conf =
        Path.of(TrialHomeTest.class.getResource("/conf/smtpserver.xml").toURI()).getParent();
    try (Stream<Path> files = Files.list(conf)) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.endsWith(".xml") || name.endsWith(".properties")))
          .containsExactlyInAnyOrderElementsOf(Home.CONFIGURATION);
    }
  }
}
