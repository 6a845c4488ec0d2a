/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeMultipart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SevenBitsTest {
  private static MimeMessage message(String text) throws Exception {
    return new MimeMessage(
        null, new ByteArrayInputStream(text.replace("\n", "\r\n").getBytes(ISO_8859_1)));
  }

  private static MimeMessage converted(String text) throws Exception {
    MimeMessage message = message(text);
    SevenBits.convert(message);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(out);
    assertThat(out.toString(ISO_8859_1)).matches("[\\x00-\\x7f]*");
    return new MimeMessage(null, new ByteArrayInputStream(out.toByteArray()));
  }

  private static String octets(javax.mail.Part part) throws Exception {
    return new String(part.getInputStream().readAllBytes(), ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Subject: x | text/plain; charset=unknown-8bit",
        "Content-Type: text/plain | text/plain; charset=unknown-8bit",
        "Content-Type: text/plain; charset=\"US-ASCII\" | text/plain; charset=unknown-8bit",
        "Content-Type: text/plain; charset=utf-8 | text/plain; charset=utf-8",
        "Content-Type: text/html | text/html"
      })
  void whatIsNotDeclaredShouldBeEncodedAllTheSame(String field, String type) throws Exception {
    MimeMessage message = converted(field + "\n\ncaf\u00e9\n\n.\n");
    assertThat(message.getEncoding()).isEqualTo("quoted-printable");
    assertThat(message.getContentType()).isEqualTo(type);
    assertThat(message.getHeader("MIME-Version")).containsExactly("1.0");
    assertThat(octets(message)).isEqualTo("caf\u00e9\r\n\r\n.\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Subject: gr\u00fc\u00dfe\n\nx\n",
        "From: J\u00c3\u00bcrgen <a@b.example>\nContent-Type: text/plain; charset=utf-8\n\ncaf\u00e9\n",
        """
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Description: caf\u00e9

        x
        --b--
        """,
        "MIME-Version: 1.0\nContent-Type: message/rfc822\n\nSubject: caf\u00e9\n\nx\n"
      })
  void headerOfEightBitsShouldBeRefused(String text) throws Exception {
    MimeMessage message = message(text);
    assertThatThrownBy(() -> SevenBits.convert(message)).hasMessage("its header has 8-bit octets");
  }

  @Test
  void partsShouldEachBeLookedAt() throws Exception {
    MimeMessage message =
        converted(
            """
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b

            plain
            --b
            Content-Type: application/x

            \u00ff\u00fe
            --b
            Content-Type: message/rfc822

            Subject: inner

            \u00e9
            --b--
            """);
    MimeMultipart parts = (MimeMultipart) message.getContent();
    assertThat(parts.getBodyPart(0).getHeader("Content-Transfer-Encoding")).isNull();
    assertThat(parts.getBodyPart(1).getHeader("Content-Transfer-Encoding"))
        .containsExactly("base64");
    assertThat(octets(parts.getBodyPart(1))).isEqualTo("\u00ff\u00fe");
    MimeMessage inner = (MimeMessage) parts.getBodyPart(2).getContent();
    assertThat(octets(inner)).isEqualTo("\u00e9");
    assertThat(inner.getEncoding()).isEqualTo("quoted-printable");
    assertThat(inner.getHeader("Date")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"one\rtwo\r\n", "one\r", "one\ntwo", "\r\r\n", "\n\r"})
  void loneLineEndsShouldStayWhatTheyAre(String body) throws Exception {
    MimeMessage message =
        new MimeMessage(
            null, new ByteArrayInputStream(("Subject: x\r\n\r\n" + body).getBytes(ISO_8859_1)));
    SevenBits.convert(message);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(out);
    assertThat(out.toString(ISO_8859_1)).doesNotContainPattern("\r(?!\n)|(?<!\r)\n");
    assertThat(message.getEncoding()).isEqualTo("base64");
    assertThat(octets(message)).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/mixed",
        "Multipart/Mixed; boundary=\"\"",
        "multipart/mixed; boundary=",
        "multipart/mixed; boundary=\" \"",
        "multipart/mixed; charset=utf-8",
        "multipart/mixed; x y z"
      })
  void multipartWithoutABoundaryShouldBeRefused(String type) throws Exception {
    String parts = "Content-Type: " + type + "\n\n--b\n\ncaf\u00e9\n--b--\n";
    for (String text :
        List.of(
            parts,
            "Content-Type: multipart/mixed; boundary=a\n\n--a\n" + parts + "--a--\n",
            "Content-Type: message/rfc822\n\n" + parts)) {
      MimeMessage message = message(text);
      assertThatThrownBy(() -> SevenBits.convert(message))
          .hasMessage("a multipart in it names no boundary");
    }
  }

  @Test
  void preambleShouldStay() throws Exception {
    MimeMessage message =
        converted(
            "Content-Type: multipart/mixed; boundary=b\n\nIn several\nparts.\n--b\n\ncaf\u00e9\n--b--\n");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(out);
    assertThat(out.toString(ISO_8859_1)).contains("\r\n\r\nIn several\r\nparts.\r\n--b\r\n");
  }

  @Test
  void preambleThatIsNoLinesOfSevenBitsShouldGo() throws Exception {
    MimeMessage message =
        converted("Content-Type: multipart/mixed; boundary=b\n\ncaf\u00e9\n--b\n\nplain\n--b--\n");
    assertThat(((MimeMultipart) message.getContent()).getPreamble()).isNull();
    assertThat(octets(((MimeMultipart) message.getContent()).getBodyPart(0))).isEqualTo("plain");
  }
}
