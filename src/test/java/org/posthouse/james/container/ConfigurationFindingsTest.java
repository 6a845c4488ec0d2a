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
import java.util.List;
import java.util.Optional;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.config.Lines;

class ConfigurationFindingsTest {
  @Test
  void allProblemsShouldBeReportedTogetherWithTheirPlaces() {
    assertThat(
            refusal(
                "<mailet match=\"All\" class=\"RemoveMimeHeadr\"/><mailet"
                    + " match=\"RecipientDomanIs=a.org\" class=\"Null\"/><mailet match=\"All\""
                    + " class=\"org.apache.james.transport.mailets.LocalDelivery\"/><mailet"
                    + " match=\"IsOverQuota\" class=\"Null\"/><mailet match=\"All\""
                    + " notmatch=\"All\" class=\"Null\"/><mailet match=\"All\"/><mailet"
                    + " match=\"All\" class=\"Xyzzyplughqux\"/>"))
        .contains(
            "processor 'root', mailet 1 (RemoveMimeHeadr): there is no mailet",
            "Did you mean 'RemoveMimeHeader'?")
        .contains(
            "mailet 2 (Null): there is no matcher 'RecipientDomanIs'. Did you mean"
                + " 'RecipientDomainIs'?")
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
                "<mailet match=\"All\""
                    + " class=\"ToProcessor\"><processor>nowhere</processor></mailet>"
                    + mailet("All", "Note", "<onMailetException>gone</onMailetException>")
                    + mailet("All", "Note", "<onMatchException>lost</onMatchException>")
                    + mailet("All", "FailToLoad", "")
                    + mailet(
                        "All",
                        "Note",
                        "<onMailetException>Ignore</onMailetException><onMatchException>NOMATCH</onMatchException>")
                    + mailet("All", "Note", "<onMailetException>Error</onMailetException>")
                    + mailet("All", "FailLate", "")))
        .contains("mailet 1 (ToProcessor): there is no processor 'nowhere'\n")
        .contains("mailet 2 (" + Recorder.xml("Note") + "): there is no processor 'gone'")
        .contains("mailet 3 (" + Recorder.xml("Note") + "): there is no processor 'lost'")
        .contains("mailet 4 (" + Recorder.xml("FailToLoad") + ")", "needs <thing>")
        .contains("mailet 7 (" + Recorder.xml("FailLate") + "): nothing to ask")
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
                    + "<connectionTimout>1000</connectionTimout>"
                    + "<somethingElse>1</somethingElse>"
                    + "<maxRetries>many</maxRetries>"
                    + "<startTLS>yes</startTLS>"
                    + "<delayTime>3 * 5 minutes, 2 fortnights</delayTime>"
                    + "<doubleBounceProcessor>error</doubleBounceProcessor>"
                    + "<mail.smtp.ssl.trust>*</mail.smtp.ssl.trust>"
                    + "<mail.smtp.proxy.host>a.test</mail.smtp.proxy.host>"
                    + "<onMailetException>error</onMailetException>"
                    + "<outgoingQueue>outgoing</outgoingQueue></mailet>"))
        .contains("<sendpartal>: there is no such setting; did you mean <sendpartial>?")
        .contains("<connectionTimout>: there is no such setting; did you mean <connectionTimeout>?")
        .contains("(RemoteDelivery), <somethingElse>: there is no such setting")
        .contains("<maxRetries>: 'many' is no whole number")
        .contains("<startTLS>: 'yes' is none of true, false")
        .contains("<delayTime>: '2 fortnights' is no wait")
        .contains("<mail.smtp.proxy.host>: mail does not leave by JavaMail")
        .doesNotContain("<mail.smtp.ssl", "doubleBounce", "onMailetException", "outgoingQueue");
  }

  @Test
  void gatewaysShouldBeHostsWithPorts() {
    assertThat(refusal(gateway("127.0.0.1:129999, 127.0.0.1:abc, smart host.example:587")))
        .contains("<gateway>: '129999' of '127.0.0.1:129999' is no port; write host, host:port or")
        .contains("<gateway>: 'abc' of '127.0.0.1:abc' is no port", "a number of 1 to 65535")
        .contains("<gateway>: 'smart host.example' is no host");
    assertThat(refusal(gateway("a.test:0,,300.1.1.1,::1,b.test:,a.test:25")))
        .contains("'0' of 'a.test:0' is no port", "'' is no host", "'300.1.1.1' is no host")
        .contains("'::1' has more than one colon", "'' of 'b.test:' is no port")
        .doesNotContain("'a.test'");
    assertThat(refusal(gateway("[::1]:0, [::1], [10.0.0.1], [x]25")))
        .contains("'0' of '[::1]:0' is no port", "'10.0.0.1' is no address of IPv6")
        .contains("'[x]25' is no address in brackets")
        .doesNotContain("'[::1]'");
    assertThat(
            refusal(
                "<mailet match=\"All\" class=\"RemoteDelivery\">"
                    + "<gateway>10.0.0.1, relay_1.a-b.test:2525, [2001:db8::1], [::1]:25</gateway>"
                    + "<gatewayPort>70000</gatewayPort></mailet>"))
        .contains("<gatewayPort>: '70000' is no whole number of 1 to 65535")
        .doesNotContain("<gateway>");
  }

  @Test
  void matcherThatCannotBeUsedShouldBeToldWithItsMailet() {
    assertThat(
            refusal(
                END
                    + "<mailet match=\"SizeGreaterThan=huge\" class=\"Null\"/>"
                    + "<mailet match=\"HostIs\" class=\"Null\"/>"))
        .contains("mailet 2 (Null), matcher SizeGreaterThan: ")
        .contains("mailet 3 (Null), matcher HostIs: ", "something that it needs is missing");
  }

  @Test
  void misspeltAttributesAndPartsOfMatchersShouldBeReported() {
    assertThat(
            refusal(
                "<matcher name=\"known\""
                    + " mtch=\"org.apache.james.mailetcontainer.impl.matchers.Or\"><mtcher"
                    + " match=\"All\"/><matcher match=\"All\" foo=\"1\"/></matcher><mailet"
                    + " mtch=\"SenderIsNull\" class=\"Null\"/><mailet mach=\"SenderIsNull\""
                    + " clas=\"Null\"/><mailet match=\"All\""
                    + " class=\"RemoteDelivery\"><outgoing>spool</outgoing>"
                    + "<bind>no.such.address.invalid</bind></mailet>"))
        .contains(
            "matcher 1, attribute mtch: there is no such attribute; did you mean attribute match?")
        .contains("matcher 1: it has neither match nor notmatch")
        .contains("matcher 1, <mtcher>: there is no such setting; did you mean <matcher>?")
        .contains("matcher 1, matcher 1, attribute foo: there is no such attribute")
        .contains(
            "mailet 1 (Null), attribute mtch: there is no such attribute; did you mean attribute")
        .contains("mailet 2 (), attribute mach: there is no such attribute")
        .contains("attribute clas: there is no such attribute; did you mean attribute class?")
        .contains("<outgoing>: 'spool' is the queue of mail that comes in")
        .contains("<bind>: 'no.such.address.invalid' is no address");
    assertThat(
            catchThrowable(
                () ->
                    build(
                        "<procesor state=\"x\"/><processor state=\"root\">"
                            + END
                            + "</processor>"
                            + ERROR)))
        .hasMessageContaining("<procesor>: there is no such setting; did you mean <processor>?");
  }

  @Test
  void deliveriesOfOursShouldShareAQueueAndStocksShouldNot() throws Exception {
    String one = gateway("a.test");
    String other = gateway("b.test");
    assertThat(findings(one + other)).isEmpty();
    assertThat(findings(one + stocks(one)))
        .singleElement()
        .matches(Finding::error)
        .asString()
        .contains("mailet 2 (org.apache.james.transport.mailets.RemoteDelivery): its queue")
        .contains("'outgoing' is also that of processor 'root', mailet 1 (RemoteDelivery)");
    assertThat(findings(stocks(one) + other)).singleElement().matches(Finding::error);
    assertThat(findings(stocks(one) + stocks(one))).isEmpty();
    assertThat(findings(stocks(one) + stocks(other)))
        .singleElement()
        .matches(finding -> !finding.error() && finding.text().contains("other parameters"));
    String own = "<outgoing>b</outgoing><gateway>";
    assertThat(findings(one + stocks(other).replace("<gateway>", own))).isEmpty();
  }

  @Test
  void parametersOfOursOnlyShouldBeNoneOfStocks() throws Exception {
    String ours =
        gateway("[2001:db8::1]:25")
            .replace(
                "<gateway>",
                "<connectionTimeout>1</connectionTimeout>"
                    + "<doubleBounceProcessor>error</doubleBounceProcessor><gateway>");
    assertThat(findings(stocks(ours)))
        .extracting(Finding::toString)
        .anyMatch(text -> text.contains("<gateway>: '[2001:db8::1]:25': stock reads no IPv6"))
        .anyMatch(text -> text.contains("did you mean <connectiontimeout>?"))
        .anyMatch(text -> text.contains("<doubleBounceProcessor>: there is no such setting"))
        .hasSize(3);
    String javaMail = "<mail.smtp.proxy.host>a</mail.smtp.proxy.host><gateway>";
    assertThat(findings(stocks(gateway("a.test")).replace("<gateway>", javaMail))).isEmpty();
  }

  @Test
  void whatHasNoEffectOnADeliveryShouldBeWarnedOf() throws Exception {
    assertThat(
            findings(
                gateway("a.test")
                    .replace(
                        "<gateway>",
                        "<debug>true</debug><verifyServerIdentity>true</verifyServerIdentity>"
                            + "<gateway>")))
        .noneMatch(Finding::error)
        .extracting(Finding::toString)
        .anyMatch(text -> text.contains("<debug>: it has no effect"))
        .anyMatch(text -> text.contains("<verifyServerIdentity>: without <startTLS>"))
        .hasSize(2);
    assertThat(
            findings(
                gateway("a.test")
                    .replace(
                        "<gateway>",
                        "<connectiontimeout>1</connectiontimeout>"
                            + "<connectionTimeout>1</connectionTimeout><gateway>")))
        .singleElement()
        .matches(Finding::error)
        .asString()
        .contains("<connectionTimeout>: it is the same as <connectiontimeout>");
  }

  private static String stocks(String deliveries) {
    return deliveries.replace(
        "\"RemoteDelivery\"", "\"org.apache.james.transport.mailets.RemoteDelivery\"");
  }

  private static List<Finding> findings(String mailets) throws Exception {
    Findings findings = new Findings();
    String removing = "<mailet match=\"All\" class=\"RemoveMimeHeader\"><name>bcc</name></mailet>";
    new ChainCheck(findings, config -> null, config -> null)
        .check(
            ConfiguredProcessor.read(
                Chains.xml("<processor state=\"root\">" + mailets + removing + "</processor>"),
                Lines.unknown()));
    return findings.all().stream()
        .filter(finding -> !finding.text().startsWith("there is no processor"))
        .toList();
  }

  private static String gateway(String hosts) {
    return "<mailet match=\"All\" class=\"RemoteDelivery\"><gateway>"
        + hosts
        + "</gateway></mailet>";
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
  void missingErrorProcessorShouldBeToldWithTheNearestName() {
    assertThat(
            catchThrowable(
                () ->
                    build(
                        "<processor state=\"root\">"
                            + END
                            + "</processor><processor state=\"eror\">"
                            + END
                            + "</processor>")))
        .hasMessageContaining("there is no processor 'error'; did you mean it by 'eror'?");
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

  @Test
  void changeOfASignedMessageShouldBeWarnedOf() throws Exception {
    String signing =
        "<mailet match=\"All\" class=\"RemoveMimeHeader\"><name>Bcc</name></mailet>"
            + "<mailet match=\"All\" class=\"DKIMSign\"><privateKey>x</privateKey></mailet>";
    String footer = "<mailet match=\"All\" class=\"AddFooter\"><text>x</text></mailet>";
    String on = "<mailet match=\"All\" class=\"ToProcessor\"><processor>out</processor></mailet>";
    assertThat(signedFindings(signing + on + footer, on)).isEmpty();
    assertThat(signedFindings(footer + signing + on, END)).isEmpty();
    assertThat(signedFindings(signing + footer + on, END))
        .singleElement()
        .asString()
        .contains("processor 'root', mailet 3 (AddFooter): it may break the signature that")
        .contains("processor 'root', mailet 2 (DKIMSign) has made: put it before");
    assertThat(signedFindings(signing + on, footer + END))
        .singleElement()
        .asString()
        .contains("processor 'out', mailet 1 (AddFooter): it may break");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'MailAttributesToMimeHeaders'>",
        "'MailAttributesListToMimeHeaders'>",
        "'AddDeliveredToHeader'>",
        "'Redirect'>",
        "'Resend'>",
        "'org.apache.james.transport.mailets.Resend'>",
        "'RewriteAddresses'><canonical>a@b c@d</canonical>",
        "'RewriteAddresses'><masqueradeDomains>b</masqueradeDomains>"
            + "<genericClasses>envelope_sender</genericClasses>",
        "'RewriteAddresses'><canonical>a@b c@d</canonical>"
            + "<canonicalClasses>envelope_sender header_recipient</canonicalClasses>",
      })
  void eachMailetThatChangesASignedMessageShouldBeWarnedOf(String mailet) throws Exception {
    assertThat(behindSignature(mailet))
        .singleElement()
        .asString()
        .contains(
            ": it may break the signature that processor 'root', mailet 1 (DkimSign) has made");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'RewriteAddresses'><canonical>a@b c@d</canonical>"
            + "<canonicalClasses>envelope_sender, envelope_recipient</canonicalClasses>"
            + "<generic>generic</generic><genericClasses>envelope_sender</genericClasses>",
        "'CheckAlignment'>",
        "'CheckAlignment'><header>X-Alignment</header>",
        "'Srs'>",
        "'LogMessage'>",
      })
  void mailetThatLeavesASignedMessageShouldBeFine(String mailet) throws Exception {
    assertThat(behindSignature(mailet)).isEmpty();
  }

  @Test
  void mailetOfOthersBehindASignatureShouldBeWarnedOf() throws Exception {
    assertThat(behindSignature("'com.example.AddFooter'>"))
        .singleElement()
        .asString()
        .contains("processor 'root', mailet 2 (com.example.AddFooter): it is not known whether it")
        .contains(
            "changes the message; if it does, put it before processor 'root', mailet 1 (DkimS");
  }

  @Test
  void fieldOfCheckAlignmentThatIsSignedShouldBeWarnedOf() throws Exception {
    assertThat(behindSignature("'CheckAlignment'><header>x-corp</header>"))
        .singleElement()
        .asString()
        .contains("mailet 2 (CheckAlignment): its <header> breaks the signature that processor");
  }

  private static List<Finding> behindSignature(String mailet) throws Exception {
    String signer =
        "<mailet match='All' class='DkimSign'><headers>default, X-Corp</headers></mailet>";
    return signedFindings(signer + "<mailet match='All' class=" + mailet + "</mailet>" + END, END);
  }

  /** As the loader of mailets finds them. */
  private static Optional<String> type(String name) {
    return Optional.of(name.contains(".") ? name : "org.apache.james.transport.mailets." + name);
  }

  private static List<Finding> signedFindings(String root, String out) throws Exception {
    Findings findings = new Findings();
    String chain =
        "<processor state=\"root\">"
            + root
            + "</processor><processor state=\"out\">"
            + out
            + "</processor>";
    new SignedMailCheck(
            findings,
            ConfiguredProcessor.read(Chains.xml(chain), Lines.unknown()),
            ConfigurationFindingsTest::type)
        .check();
    return findings.all();
  }

  private static String refusal(String root) {
    Throwable refused =
        catchThrowable(() -> build("<processor state=\"root\">" + root + "</processor>" + ERROR));
    assertThat(refused).isInstanceOf(ConfigurationException.class);
    return refused.getMessage();
  }
}
