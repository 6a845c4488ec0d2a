/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.identity.Credential;
import org.posthouse.identity.Pseudonyms;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;
import picocli.CommandLine;

class PseudonymCommandTest {
  @TempDir Path home;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... words) {
    List<String> all = new ArrayList<>(List.of("pseudonym", "--home", home.toString()));
    all.addAll(List.of(words));
    return new CommandLine(new IdentityCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(new String[0]));
  }

  private Pseudonyms server() throws Exception {
    return Pseudonyms.open(home.resolve("var"));
  }

  @Test
  void namesShouldHaveTheServersPseudonyms() throws Exception {
    Pseudonyms server = server();

    assertThat(run("alice", "b@x.test")).isZero();
    assertThat(out.toString().lines())
        .containsExactly("alice " + server.of("alice"), "b@x.test " + server.of("b@x.test"));
  }

  @Test
  void jsonShouldHoldAnyName() throws Exception {
    Pseudonyms server = server();

    assertThat(run("--json", "a\"b")).isZero();
    JsonNode array = new ObjectMapper().readTree(out.toString());
    assertThat(array.get(0).get("identity").asText()).isEqualTo("a\"b");
    assertThat(array.get(0).get("pseudonym").asText()).isEqualTo(server.of("a\"b"));
  }

  @Test
  void withoutANameAllUsersShouldBeShown() throws Exception {
    Pseudonyms server = server();
    Files.createDirectories(home.resolve("conf"));
    new UserRegister(new UserFile(home.resolve("conf/users")))
        .add(UserName.of("Carol@x.test"), Credential.DEFAULT_NAME, "pencil");

    assertThat(run()).isZero();
    assertThat(out.toString().strip()).endsWith(" " + server.of("carol@x.test"));
  }

  @Test
  void withoutAKeyNoneShouldBeMade() {
    assertThat(run("alice")).isEqualTo(78);
    assertThat(err.toString()).contains("pseudonyms.key: a server makes it as it starts");
    assertThat(home.resolve("var")).doesNotExist();
  }
}
