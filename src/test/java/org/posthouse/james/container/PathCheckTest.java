/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.config.Lines;

class PathCheckTest {
  private static final String END = mailet("All", "Null", "");

  private static String mailet(String match, String name, String parameters) {
    String head = "<mailet match=\"" + match + "\" class=\"" + name + "\">";
    return head + parameters + "</mailet>";
  }

  private static String to(String processor) {
    return mailet("All", "ToProcessor", "<processor> " + processor + "</processor>");
  }

  private static String processor(String name, String... mailets) {
    return "<processor state=\"" + name + "\">" + String.join("", mailets) + "</processor>";
  }

  private static List<String> findings(String... processors) throws Exception {
    Findings findings = new Findings();
    List<ConfiguredProcessor> chains =
        ConfiguredProcessor.read(Chains.xml(String.join("", processors)), Lines.unknown());
    new PathCheck(findings, chains).check();
    assertThat(findings.hasErrors()).isFalse();
    return findings.all().stream().map(Finding::toString).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<mailet match='SenderIs=a@b.example' class='Null'/>",
        "<mailet notmatch='All' class='Null'/>",
        "<mailet match='All' class='DkimSign'/>",
        "<mailet match='All' class='org.posthouse.mailets.DkimSign'/>",
        "<mailet match='All' class='DSNBounce'/>",
        "<mailet match='All' class='DSNBounce'><passThrough>TRUE</passThrough></mailet>",
        "<mailet match='All' class='ToRepository'><passThrough>true</passThrough></mailet>"
      })
  void processorWithoutAnEndShouldBeWarnedOf(String mailets) throws Exception {
    assertThat(findings(processor("root", mailets)))
        .singleElement()
        .asString()
        .contains("processor 'root': mail reaches its end, and goes to 'error'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<mailet match='All' class='Null'/><mailet match='All' class='DkimSign'/>",
        "<mailet class='Null'/>",
        "<mailet match='org.apache.james.transport.matchers.All' class='Null'/>",
        "<mailet match='All=' class='Null'/>",
        "<mailet match='SenderIsNull' class='Null'/><mailet notmatch='SenderIsNull' class='Null'/>",
        "<mailet match='All' class='RemoteDelivery'/>",
        "<mailet match='All' class='com.example.Archive'/>",
        "<mailet match='All' class='DSNBounce'><passThrough>false</passThrough></mailet>",
        "<mailet match='All' class='ToRepository'/>"
      })
  void whatEndsOrMayEndAllMailShouldDo(String mailets) throws Exception {
    assertThat(findings(processor("root", mailets))).isEmpty();
  }

  @Test
  void circleShouldBeWarnedOfOnce() throws Exception {
    String sign = mailet("All", "DkimSign", "");
    assertThat(
            findings(
                processor("root", to("transport")),
                processor("transport", mailet("HostIsLocal", "Null", ""), to("signing")),
                processor("signing", sign, to("transport")),
                processor("error", END)))
        .singleElement()
        .asString()
        .contains("processor 'signing': its mail goes round in a circle, and then to 'error':")
        .endsWith("signing, transport, signing");
    assertThat(findings(processor("root", to("root")))).hasSize(1);
    assertThat(
            findings(
                processor(
                    "root",
                    mailet("SenderIsNull", "ToProcessor", "<processor>root</processor>"),
                    END)))
        .as("by a condition")
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../conf/mailetcontainer.xml",
        "test/resources/stock/jpa-smtp-app/mailetcontainer.xml"
      })
  void shippedChainsShouldBeRight(Path file) throws Exception {
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    Findings findings = new Findings();
    new PathCheck(
            findings,
            ConfiguredProcessor.read(values.configurationAt("processors"), new Lines(file)))
        .check();
    assertThat(findings.all()).isEmpty();
  }
}
