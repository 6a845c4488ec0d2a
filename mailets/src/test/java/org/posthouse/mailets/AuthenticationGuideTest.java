/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.base.test.FakeMailContext;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.authentication.Corpus;
import org.posthouse.dns.ScriptedDns;
import org.w3c.dom.Element;

/**
 * The mailets and matchers of howto/authentication.md are good, and its field is what is written.
 */
class AuthenticationGuideTest {
  private static final List<String> OURS = List.of("CheckAuthentication", "RewriteHeaders");

  @TempDir Path home;
  private Guide guide = new Guide("");

  @BeforeEach
  void readGuide() throws Exception {
    guide = Guide.read("authentication.md");
  }

  @Test
  void examplesOfTheHowtoShouldBeGood() throws Exception {
    List<Element> elements = guide.mailets();
    assertThat(elements).hasSize(8);
    for (Element element : elements) {
      String match = element.getAttribute("match");
      if (!match.equals("All")) { // stock's, which is not here
        assertThat(NamedMatcher.of(match, FakeMailContext.defaultContext())).isNotNull();
      }
      if (OURS.contains(element.getAttribute("class"))) {
        assertThat(Guide.make(element, new TempFiles(home))).isNotNull();
      } else {
        assertThat(element.getAttribute("class")).isIn("ToProcessor", "ToRepository");
      }
    }
  }

  @Test
  void fieldShouldBeWhatIsWritten() throws Exception {
    ScriptedDns dns =
        ScriptedDns.of(
            "_dmarc.example.com TXT \"v=DMARC1; p=reject\"",
            "example.com TXT \"v=spf1 ip4:192.0.2.1 -all\"");
    CheckAuthentication mailet = new CheckAuthentication(dns, Clock.systemUTC());
    mailet.init(
        FakeMailetConfig.builder()
            .mailetName("CheckAuthentication")
            .setProperty("authservId", "relay.example.com")
            .build());
    MailImpl mail = Mailets.mail(Corpus.MESSAGE, "ann@example.com", "bob@example.net");
    mail.setRemoteAddr("192.0.2.1");
    mailet.service(mail);
    String written = guide.block("Authentication-Results: ").replace("\n", "\r\n");
    assertThat(Mailets.header(mail)).startsWith(written + "From: Ann");
  }
}
