/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.apache.mailet.base.test.FakeMailContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** The mailets of howto/rewriting.md do what the page says. */
class RewritingGuideTest {
  private static final Pattern RULE =
      Pattern.compile("`((?:remove|replace|add|when) [^`]*)`(?:, `(add [^`]*)`, `end`)?");

  @TempDir Path home;
  private Guide guide = new Guide("");

  @BeforeEach
  void readGuide() throws Exception {
    guide = Guide.read("rewriting.md");
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf/generic"), guide.block("# key        address"));
  }

  private String after(Class<? extends GenericMailet> type, String header) throws Exception {
    Mail mail = Mailets.mail(header + "\r\nbody\r\n", "s@example.com", "r@remote.example");
    guide.mailet(type, new TempFiles(home)).service(mail);
    return Mailets.header(mail);
  }

  @Test
  void examplesOfTheHowtoShouldBeGood() throws Exception {
    List<Element> elements = guide.mailets();
    assertThat(elements)
        .extracting(element -> element.getAttribute("class"))
        .containsExactly("RewriteAddresses", "RewriteHeaders", "HideInternalHops", "AddMissing");
    for (Element element : elements) {
      assertThat(Guide.make(element, new TempFiles(home))).isNotNull();
      assertThat(NamedMatcher.of(element.getAttribute("match"), FakeMailContext.defaultContext()))
          .isNotNull();
    }
  }

  @Test
  void addressesShouldBecomeWhatThePageSays() throws Exception {
    List<List<String>> rows = guide.table("| Before | After | By |");
    assertThat(rows).hasSize(10);
    for (List<String> row : rows) {
      assertThat(after(RewriteAddresses.class, row.get(0) + "\r\n"))
          .as(row.get(0))
          .isEqualTo(row.get(1) + "\r\n");
    }
  }

  @Test
  void rulesThatStandForPostfixOnesShouldBeRead() throws Exception {
    List<List<String>> rows = guide.table("| Postfix | Here |\n|---|---|\n| `/^X-Mailer:");
    assertThat(rows).hasSize(4);
    String table = guide.text().substring(guide.text().indexOf("| `/^X-Mailer:"));
    String rules =
        RULE.matcher(table.substring(0, table.indexOf("\n\n")))
            .results()
            .map(m -> m.group(1) + (m.group(2) == null ? "" : "\n" + m.group(2) + "\nend"))
            .reduce("", (all, rule) -> all + rule + "\n");
    assertThat(rules.lines()).hasSize(5);
    Mail mail =
        Mailets.mail(
            "Subject: [int] s\r\nX-Mailer: m\r\nX-Class: bulk\r\n\r\n", "", "r@remote.example");
    Mailets.init(new RewriteHeaders(), "rules", rules).service(mail);
    assertThat(Mailets.header(mail))
        .isEqualTo("Subject: s\r\nX-Class: bulk\r\nPrecedence: bulk\r\n");
  }

  @Test
  void headerRulesShouldDoWhatTheySay() throws Exception {
    String header =
        crlf(
            """
            X-Internal-Id: 7
            Subject: [internal] News
            X-Ticket-No: 5
            X-Class: bulk
            Auto-Submitted: auto-generated
            """);
    assertThat(after(RewriteHeaders.class, header))
        .isEqualTo(
            crlf(
                """
                Subject: News
                X-Case-No: 5
                X-Class: bulk
                Organization: Example Ltd
                Precedence: bulk
                """));
  }

  @Test
  void innerHopShouldLeaveAsThePageSays() throws Exception {
    String own = "Received: by relay.example.com with ESMTPA; Sun, 29 Nov 2026 15:00:00 +0000\r\n";
    String before = guide.block("Received: from ws1").strip().replace("\n", "\r\n") + "\r\n";
    String after = guide.block("Received: from hidden").strip() + "\r\n";
    String revealing = "X-Mailer: m\r\nUser-Agent: u\r\nX-Originating-IP: [10.1.2.3]\r\n";
    assertThat(after(HideInternalHops.class, own + before + revealing + "X-Original-To: a@b\r\n"))
        .isEqualTo(own + after + "X-Original-To: a@b\r\n");
  }

  @Test
  void missingFieldsShouldBeAdded() throws Exception {
    assertThat(after(AddMissing.class, "Content-Type: text/plain\r\n").lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("Content-Type: text/plain"),
            line -> assertThat(line).matches("Message-ID: <[^>]+@example.com>"),
            line -> assertThat(line).startsWith("Date: "),
            line -> assertThat(line).isEqualTo("MIME-Version: 1.0"));
  }

  private static String crlf(String text) {
    return text.replace("\n", "\r\n");
  }
}
