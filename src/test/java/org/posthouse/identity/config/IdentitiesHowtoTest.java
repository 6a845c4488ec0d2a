/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of howto/identities.md are what they say. */
class IdentitiesHowtoTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("^    <identities>\\n(?: {4}.*\\n)+?    </identities>\\n", Pattern.MULTILINE);

  @TempDir Path home;

  static Stream<String> examples() throws Exception {
    String page = Files.readString(Path.of("doc/howto/identities.md"));
    return EXAMPLE.matcher(page).results().map(match -> match.group().replaceAll("(?m)^ {4}", ""));
  }

  @Test
  void pageShouldHaveAnExampleOfEachSource() throws Exception {
    String all = String.join("", examples().toList());
    for (String element :
        List.of("users", "ldap", "oidc", "certificate", "network", "host", "identity")) {
      assertThat(all).contains("<" + element);
    }
    assertThat(examples()).hasSize(9);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void exampleShouldBeReadWithoutAWordAndLeaveNothingOut(String xml) throws Exception {
    Files.createDirectories(home.resolve("conf/tls"));
    Files.copy(IdentitiesXml.RESOURCES.resolve("ca.pem"), home.resolve("conf/tls/corp-ca.pem"));
    for (String secret : List.of("ldap-password", "keycloak-secret")) {
      Path file = Files.writeString(home.resolve("conf").resolve(secret), "s3cret\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    IdentitiesXml read = IdentitiesXml.read(home, xml);
    assertThat(read.problems()).isEmpty();
    assertThat(read.warnings()).isEmpty();
    IdentitiesConfiguration found = read.configuration();
    assertThat(
            found.passwords().size()
                + found.issuers().size()
                + found.certificates().size()
                + found.addresses().size()
                + found.additions().size())
        .isEqualTo(Pattern.compile("^  <[a-z]", Pattern.MULTILINE).matcher(xml).results().count());
  }
}
