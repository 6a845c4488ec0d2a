/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.identity.LastUses;
import org.posthouse.identity.OpensslAuthority;
import org.posthouse.identity.UserName;
import org.posthouse.identity.ldap.Slapd;

/** AUTH over SMTP with the file of users and the directory of howto/identities.md, by slapd. */
@Timeout(120)
class DirectoryLoginTest {
  private static final String GUESSING =
      "<guessing><firstDelay>0 s</firstDelay><longestDelay>0 s</longestDelay>"
          + "<perAddress>4</perAddress></guessing>";

  @TempDir Path home;
  private Slapd slapd;
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    OpensslAuthority authority = OpensslAuthority.make(home.resolve("authority"));
    slapd = Slapd.start(home.resolve("slapd"), authority);
    Path conf = Files.createDirectories(home.resolve("conf"));
    Files.createDirectories(home.resolve("var"));
    Files.writeString(conf.resolve("ldap-password"), Slapd.SEARCHER_PASSWORD + "\n");
    String directory =
        example()
            .replace("ldap://ldap.example.org", slapd.url())
            .replace("</server>", "</server><trust>" + authority.certificate() + "</trust>");
    Files.writeString(
        conf.resolve("identities.xml"),
        directory.replace("<identities>", "<identities><users/>" + GUESSING));
    harness = SmtpHarness.open(home);
  }

  /** The second example with a directory. */
  private static String example() throws Exception {
    String page = Files.readString(Path.of("doc/howto/identities.md"));
    int server = page.indexOf("ldap://ldap.example.org");
    String end = "</identities>";
    return page.substring(
        page.lastIndexOf("<identities>", server), page.indexOf(end, server) + end.length());
  }

  @AfterEach
  void close() throws Exception {
    if (harness != null) {
      harness.close();
    }
    slapd.close();
  }

  private String auth(String login, String password) throws Exception {
    String credentials =
        Base64.getEncoder().encodeToString(("\0" + login + "\0" + password).getBytes(UTF_8));
    try (SmtpDialog client = harness.client()) {
      client.startTls().ask("EHLO client.test", "250");
      return client.ask("AUTH PLAIN " + credentials, "");
    }
  }

  @Test
  void bothSourcesShouldOpenAndOneThatIsDownShouldMean454() throws Exception {
    assertThat(auth("bob", "bob's")).startsWith("235");
    assertThat(auth(SmtpHarness.USER, SmtpHarness.PASSWORD)).startsWith("235");
    assertThat(auth("bob", "wrong")).startsWith("535");
    assertThat(auth("nobody", "wrong")).startsWith("535");
    slapd.stop();
    assertThat(auth("bob", "bob's")).startsWith("454 4.7.0");
    assertThat(auth("nobody", "wrong")).startsWith("454 4.7.0");
    assertThat(auth(SmtpHarness.USER, SmtpHarness.PASSWORD)).startsWith("235");
    slapd.start();
    assertThat(auth("bob", "bob's")).startsWith("235");
  }

  /** He is at home here; the file of users answers, and knows no such password. */
  @Test
  void guessesShouldCountWhileTheDirectoryIsDownAndTheRightPasswordShouldNot() throws Exception {
    assertThat(auth("bob", "bob's")).startsWith("235");
    slapd.stop();
    for (int i = 0; i < 8; i++) {
      assertThat(auth("bob", "bob's")).startsWith("454 4.7.0 Temporary");
    }
    for (int i = 0; i < 3; i++) {
      assertThat(auth("bob", "guess " + i)).startsWith("454 4.7.0 Temporary");
    }
    assertThat(auth("bob", "guess 3")).startsWith("454 4.7.0 Too many failed logins");
    assertThat(auth(SmtpHarness.USER, SmtpHarness.PASSWORD)).startsWith("235");
  }

  @Test
  void lastUseShouldBeOnDiskWhenTheServerHasStopped() throws Exception {
    assertThat(auth(SmtpHarness.USER, SmtpHarness.PASSWORD)).startsWith("235");
    harness.close();
    assertThat(LastUses.read(LastUses.in(home.resolve("var"))))
        .containsOnlyKeys(new LastUses.UsedCredential(UserName.of(SmtpHarness.USER), "default"));
  }
}
