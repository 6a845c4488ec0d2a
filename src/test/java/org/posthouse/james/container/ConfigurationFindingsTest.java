/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.posthouse.james.container.Chains.END;
import static org.posthouse.james.container.Chains.ERROR;
import static org.posthouse.james.container.Chains.build;
import static org.posthouse.james.container.Chains.mailet;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFindingsTest {
  @Test
  void allProblemsShouldBeReportedTogetherWithTheirPlaces() {
    assertThat(
            refusal(
                "<mailet match=\"All\" class=\"RemoveMimeHeadr\"/>"
                    + "<mailet match=\"RecipientDomanIs=a.org\" class=\"Null\"/>"
                    + "<mailet match=\"All\" class=\"org.apache.james.transport.mailets.LocalDelivery\"/>"
                    + "<mailet match=\"IsOverQuota\" class=\"Null\"/>"
                    + "<mailet match=\"All\" notmatch=\"All\" class=\"Null\"/>"
                    + "<mailet match=\"All\"/>"
                    + "<mailet match=\"All\" class=\"Xyzzyplughqux\"/>"))
        .contains(
            "processor 'root', mailet 1 (RemoveMimeHeadr): there is no mailet",
            "Did you mean 'RemoveMimeHeader'?")
        .contains(
            "mailet 2 (Null): there is no matcher 'RecipientDomanIs'. Did you mean 'RecipientDomainIs'?")
        .contains(
            "mailet 3 (org.apache.james.transport.mailets.LocalDelivery): a relay has no mailboxes",
            "<gateway>")
        .contains("mailet 4 (Null): matcher IsOverQuota: a relay knows no quotas")
        .contains("mailet 5 (Null): it has match and notmatch")
        .contains("mailet 6 (): it has no class")
        .contains("there is no mailet 'Xyzzyplughqux'\n".stripTrailing());
  }

  @Test
  void problemsShouldComeWithTheirLines(@TempDir Path directory) throws Exception {
    String processors =
        """
        <processor state="root">
        <!-- a mailet: <mailet match='All' class='Null'/> -->
        <mailet match="All"
           class="Nul"/>
        <mailet match="All" class="Nothing"/>
        </processor>

        <processor state="error"><matcher match="Al"/></processor>
        """;
    Path file = directory.resolve("mailetcontainer.xml");
    Files.writeString(
        file,
        "<?xml version=\"1.0\"?>\n<mailetcontainer>\n<processors>\n"
            + processors
            + "</processors></mailetcontainer>");
    RelayProcessors container = Chains.unconfigured(ProcessingBoundary.NONE);
    container.describeBy(file);
    container.configure(Chains.xml(processors));
    assertThat(catchThrowable(container::init))
        .hasMessageContaining("\n  line 7, processor 'root', mailet 1 (Nul): ")
        .hasMessageContaining("\n  line 8, processor 'root', mailet 2 (Nothing): ")
        .hasMessageContaining("\n  line 11, processor 'error': there is no matcher 'Al'");
  }

  @Test
  void localDeliveryLeftoversShouldBeRefusedByName() {
    for (String name :
        new String[] {
          "LocalDelivery",
          "ToRecipientFolder",
          "ToSenderFolder",
          "Sieve",
          "VacationMailet",
          "VirtualMTAPool"
        }) {
      assertThat(refusal("<mailet match=\"All\" class=\"" + name + "\"/>"))
          .contains("mailet 1 (" + name + "): ", "emove it");
    }
  }

  @Test
  void missingTargetsAndFailedPartsShouldBeReportedTogether() {
    assertThat(
            refusal(
                "<mailet match=\"All\" class=\"ToProcessor\"><processor>nowhere</processor></mailet>"
                    + mailet("All", "Note", "<onMailetException>gone</onMailetException>")
                    + mailet("All", "Note", "<onMatchException>lost</onMatchException>")
                    + mailet("All", "FailToLoad", "")
                    + mailet(
                        "All",
                        "Note",
                        "<onMailetException>Ignore</onMailetException><onMatchException>NOMATCH</onMatchException>")
                    + mailet("All", "Note", "<onMailetException>Error</onMailetException>")))
        .contains("mailet 1 (ToProcessor): there is no processor 'nowhere'\n")
        .contains("mailet 2 (" + Recorder.xml("Note") + "): there is no processor 'gone'")
        .contains("mailet 3 (" + Recorder.xml("Note") + "): there is no processor 'lost'")
        .contains("mailet 4 (" + Recorder.xml("FailToLoad") + ")", "needs <thing>")
        .doesNotContain("mailet 5", "mailet 6");
  }

  @Test
  void misspeltProcessorShouldBeToldWithTheNearestName() {
    assertThat(
            refusal(
                "<mailet match=\"All\" class=\"ToProcessor\"><processor>eror</processor></mailet>"
                    + "<mailet match=\"All\" class=\"RemoveMimeHeadr\"/>"
                    + "<mailet match=\"All\" class=\"RemoteDelivery\">"
                    + "<bounceProcessor>rot</bounceProcessor></mailet>"))
        .contains("mailet 1 (ToProcessor): there is no processor 'eror'; did you mean 'error'?")
        .contains("mailet 2 (RemoveMimeHeadr): there is no mailet")
        .contains("mailet 3 (RemoteDelivery): there is no processor 'rot'; did you mean 'root'?");
  }

  @Test
  void misspeltElementsShouldBeReported() {
    assertThat(refusal("<mailte match=\"All\" class=\"Null\"/>" + END))
        .contains("processor 'root', <mailte>: there is no such setting; did you mean <mailet>?");
  }

  @Test
  void parametersOfRemoteDeliveryShouldBeChecked() {
    assertThat(
            refusal(
                "<mailet match=\"All\" class=\"RemoteDelivery\">"
                    + "<sendpartal>true</sendpartal>"
                    + "<connectionTimeout>1000</connectionTimeout>"
                    + "<somethingElse>1</somethingElse>"
                    + "<maxRetries>many</maxRetries>"
                    + "<startTLS>yes</startTLS>"
                    + "<delayTime>3 * 5 minutes, 2 fortnights</delayTime>"
                    + "<doubleBounceProcessor>error</doubleBounceProcessor>"
                    + "<mail.smtp.ssl.trust>*</mail.smtp.ssl.trust>"
                    + "<onMailetException>error</onMailetException>"
                    + "<outgoingQueue>outgoing</outgoingQueue></mailet>"))
        .contains("<sendpartal>: there is no such setting; did you mean <sendpartial>?")
        .contains(
            "<connectionTimeout>: there is no such setting; did you mean <connectiontimeout>?")
        .contains("(RemoteDelivery), <somethingElse>: there is no such setting")
        .contains("<maxRetries>: 'many' is no whole number")
        .contains("<startTLS>: 'yes' is none of true, false")
        .contains("<delayTime>: '2 fortnights' is no wait")
        .doesNotContain("<mail", "doubleBounce", "onMailetException", "outgoingQueue");
  }

  @Test
  void missingProcessorsShouldBeReported() {
    Throwable refused = catchThrowable(() -> build("<processor>" + END + "</processor>"));
    assertThat(refused)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no state attribute")
        .hasMessageContaining("there is no processor 'root'")
        .hasMessageContaining("there is no processor 'error'");
  }

  @Test
  void configurationThatKeepsBccShouldStartWithAWarning() throws Exception {
    assertThat(build("<processor state=\"root\">" + END + "</processor>" + ERROR).findings())
        .singleElement()
        .matches(finding -> !finding.error() && finding.text().contains("Bcc"));
    String removal =
        "<mailet match=\"All\" class=\"RemoveMimeHeader\"><name>X-A, Bcc</name></mailet>";
    assertThat(
            build("<processor state=\"root\">" + removal + END + "</processor>" + ERROR).findings())
        .isEmpty();
  }

  private static String refusal(String root) {
    Throwable refused =
        catchThrowable(() -> build("<processor state=\"root\">" + root + "</processor>" + ERROR));
    assertThat(refused).isInstanceOf(ConfigurationException.class);
    return refused.getMessage();
  }
}
