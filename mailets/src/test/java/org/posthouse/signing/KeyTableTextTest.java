/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTableTextTest {
  private static final KeyTableText.Entry ENTRY =
      new KeyTableText.Entry("new", "dkim/new.pem", Validity.ALWAYS);
  private static final Instant END = Instant.parse("2026-12-08T00:00:00Z");
  private static final String WRITTEN =
      """
      <?xml version="1.0"?>
      <!-- Ours. <domain name="example.com"> is no element here. -->
      <dkim>

          <!-- The main one. -->
          <domain name="Example.com"   subdomains='true'>
              <key selector="old"
                   file="dkim/a>b.pem" /> <!-- since 2025 -->
          </domain>
          <domain name="one.example"><key selector="x" file="x.pem" until="2026-01-01"/></domain>
        <domain name="none.example"/>
          <default signs="relay.example">
          </default>
      </dkim>
      <!-- The end. -->
      """;

  private final KeyTableText text = KeyTableText.parse(WRITTEN);

  @Test
  void newKeyShouldStandAfterTheOthersOfItsDomain() {
    assertThat(text.with("example.com", ENTRY).toString())
        .isEqualTo(
            WRITTEN.replace(
                "<!-- since 2025 -->\n",
                "<!-- since 2025 -->\n        <key selector=\"new\" file=\"dkim/new.pem\"/>\n"));
  }

  @Test
  void newKeyShouldFindItsPlaceInOneLine() {
    assertThat(text.with("one.example", ENTRY).toString())
        .isEqualTo(
            WRITTEN.replace(
                "until=\"2026-01-01\"/></domain>",
                "until=\"2026-01-01\"/>\n      <key selector=\"new\" file=\"dkim/new.pem\"/>\n    </domain>"));
  }

  @Test
  void emptyElementShouldBeOpened() {
    String opened =
        """
          <domain name="none.example">
            <key selector="new" file="dkim/new.pem"/>
          </domain>
        """;
    assertThat(text.with("none.example", ENTRY).toString())
        .isEqualTo(WRITTEN.replace("  <domain name=\"none.example\"/>\n", opened));
    assertThat(KeyTableText.parse("<dkim/>").with("a.example", ENTRY).toString().lines())
        .containsExactly(
            "<dkim>",
            "  <domain name=\"a.example\">",
            "    <key selector=\"new\" file=\"dkim/new.pem\"/>",
            "  </domain>",
            "</dkim>");
  }

  @Test
  void newDomainShouldStandAtTheEndAsTheOthersDo() {
    assertThat(text.with("new.example", ENTRY).toString())
        .isEqualTo(
            WRITTEN.replace(
                "</dkim>",
                "    <domain name=\"new.example\">\n        <key selector=\"new\""
                    + " file=\"dkim/new.pem\"/>\n    </domain>\n</dkim>"));
  }

  @Test
  void keyOfTheDefaultShouldFindItsPlace() {
    assertThat(text.with("default", ENTRY).toString())
        .contains("<default signs=\"relay.example\">\n      <key selector=\"new\"");
  }

  @Test
  void validityShouldBeWritten() {
    Validity validity = new Validity(Instant.parse("2026-12-01T10:20:30Z"), END);
    assertThat(
            KeyTableText.empty()
                .with("example.com", new KeyTableText.Entry("s", "f", validity))
                .toString())
        .contains(
            "  <domain name=\"example.com\">\n    <key selector=\"s\" file=\"f\""
                + " from=\"2026-12-01T10:20:30Z\" until=\"2026-12-08\"/>\n  </domain>\n</dkim>\n");
  }

  @Test
  void endShouldBePutIntoItsElement() {
    assertThat(text.withUntil("EXAMPLE.com", "OLD", END).toString())
        .isEqualTo(WRITTEN.replace("a>b.pem\" />", "a>b.pem\" until=\"2026-12-08\" />"));
    assertThat(text.withUntil("one.example", "x", END).toString())
        .isEqualTo(WRITTEN.replace("2026-01-01", "2026-12-08"));
    assertThatThrownBy(() -> text.withUntil("one.example", "old", END))
        .hasMessage("there is no key old of one.example");
  }

  @Test
  void nameShouldBeFoundHoweverItIsWritten() {
    KeyTableText table =
        KeyTableText.parse(
            "<dkim><domain name=' B\u00dccher.example'/><domain name='*.A.b'/></dkim>");
    assertThat(table.with("xn--bcher-kva.example", ENTRY).toString())
        .contains("<domain name=' B\u00dccher.example'>");
    assertThat(table.with("*.a.B", ENTRY).toString()).contains("<domain name='*.A.b'>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<dkim>",
        "<other/>",
        "<!DOCTYPE dkim><dkim/>",
        "<dkim a='1' a='2'/>",
        "<dkim a=/>"
      })
  void whatIsNoTableShouldBeRefused(String xml) {
    assertThatThrownBy(() -> KeyTableText.parse(xml)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sectionsThatAreNoTagsShouldBePassedOver() {
    String xml =
        "<?pi <domain> ?><dkim><!-- <domain name='a.example'> --><domain name = 'a.example'"
            + "\n><key selector='<' file='s'/></domain></dkim>";
    String escaped = xml.replace("'<'", "'s'");
    assertThat(KeyTableText.parse(escaped).withUntil("a.example", "s", END).toString())
        .isEqualTo(escaped.replace("file='s'/>", "file='s' until=\"2026-12-08\"/>"));
  }
}
