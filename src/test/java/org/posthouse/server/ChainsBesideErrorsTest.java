/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthouse.acceptance.ExampleHome;
import org.posthouse.acceptance.ShippedHome;
import org.posthouse.config.Home;

/** What a start says of chains when something else is wrong: what is wrong with them, no more. */
class ChainsBesideErrorsTest {
  private static final String BOGUS = "<bogus/>";
  private static final String TOLD = "<bogus>: there is no such setting";

  @TempDir Path directory;

  private List<String> complaints() throws Exception {
    Home home = new Home(directory);
    CoreModule core = new CoreModule(home);
    try {
      new StartCheck(home, core.configurations(), core.fileSystem()).check();
      return List.of();
    } catch (ConfigurationException e) {
      return String.valueOf(e.getMessage()).lines().toList();
    }
  }

  private void replace(String file, String from, String to) throws IOException {
    Path path = directory.resolve("conf").resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replace(from, to));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          identities.xml | </identities> | <bogus/></identities> | <bogus>: there is no such setting
          limits.xml | </limits> | <limit name='x' per='identity'><messages>20000 / 1 w</messages></limit></limits> | ' 1 w' is no span of time
          senders.xml | </senders> | <bogus/></senders> | <bogus>: there is no such setting
          relay.xml | </relay> | <bogus/></relay> | <bogus>: there is no such setting
          domainlist.xml | </domainlist> | <bogus/></domainlist> | <bogus>: there is no such setting
          dnsservice.xml | </dnsservice> | <bogus/></dnsservice> | <bogus>: there is no such setting
          recipientrewritetable.xml | </recip | <bogus/></recip | <bogus>: there is no such setting
          smtpserver.xml | </smtpserver> | <bogus/></smtpserver> | <bogus>: there is no such setting
          """)
  void errorOfAnotherFileShouldBeToldAlone(String file, String from, String to, String told)
      throws Exception {
    ShippedHome.create(directory);
    replace(file, from, to);
    assertThat(complaints()).anyMatch(line -> line.contains(told)).noneMatch(this::isOfChains);
    assertThat(complaints().get(0)).isEqualTo(file + " cannot be used:");

    replace("mailetcontainer.xml", "<errorProcessor>bounces", "<errorProcessor>bouncs");
    assertThat(complaints())
        .anyMatch(line -> line.contains(told))
        .filteredOn(this::isOfChains)
        .singleElement()
        .asString()
        .contains(
            "(RecipientRewriteTable): there is no processor 'bouncs'; did you mean 'bounces'");
  }

  private boolean isOfChains(String line) {
    return line.contains("processor ") || line.contains("Guice") || line.startsWith("    ");
  }

  @Test
  void parametersOfMailetsThatNeedTheServerShouldBeReadAllTheSame() throws Exception {
    ShippedHome.create(directory);
    replace("identities.xml", "</identities>", BOGUS + "</identities>");
    replace("mailetcontainer.xml", "<errorProcessor>bounces", "<x/><errorProcessor>bounces");
    replace("mailetcontainer.xml", "<defaultStatus>5.0.0", "<defaultStatus>high");
    assertThat(complaints())
        .anyMatch(line -> line.contains(TOLD))
        .anyMatch(line -> line.contains("(RecipientRewriteTable): ") && line.contains("<x>"))
        .anyMatch(line -> line.contains("(DSNBounce): ") && line.contains("'high' is no status"));
  }

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> all = Files.list(ExampleHome.EXAMPLES)) {
      return all.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void exampleChainsShouldBeRightBesideAnErrorOfAnotherFile(Path example) throws Exception {
    ExampleHome.of(directory, example.getFileName().toString());
    replace("domainlist.xml", "</domainlist>", BOGUS + "</domainlist>");
    assertThat(complaints()).hasSize(2).element(1).asString().contains(TOLD);
  }

  /** Whatever they need of a server. */
  @Test
  void noMailetOfOursShouldBeToldForWantOfAServer() throws Exception {
    ShippedHome.create(directory);
    replace("domainlist.xml", "</domainlist>", BOGUS + "</domainlist>");
    List<String> names;
    try (Stream<Path> files =
        Files.list(Path.of("../mailets/src/main/java/org/posthouse/mailets"))) {
      names = files.map(file -> file.getFileName().toString().replace(".java", "")).toList();
    }
    StringBuilder all = new StringBuilder();
    for (String name : names) {
      Class<?> type = Class.forName("org.posthouse.mailets." + name);
      if (org.apache.mailet.Mailet.class.isAssignableFrom(type)) {
        all.append("<mailet match='All' class='").append(name).append("'/>");
      }
    }
    String first = "<processor state=\"transport\">";
    replace("mailetcontainer.xml", first, first + all);
    assertThat(String.join("\n", complaints()))
        .contains(TOLD, "(DkimSign)")
        .doesNotContain("Guice", "cannot be loaded", "(RecipientRewriteTable)");
  }
}
