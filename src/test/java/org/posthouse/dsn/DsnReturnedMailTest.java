/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.posthouse.dsn.SampleReports.HEADER;
import static org.posthouse.dsn.SampleReports.failure;
import static org.posthouse.dsn.SampleReports.mail;
import static org.posthouse.dsn.SampleReports.report;
import static org.posthouse.dsn.SampleReports.utf8;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.mail.MessagingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DsnReturnedMailTest {
  private static final int LARGEST = 5000;
  private static final Report INTERNATIONAL =
      report(
          Report.Kind.FAILURE,
          DsnRet.FULL,
          SampleReports.failed("\u00fc@example.org", SampleReports.UNKNOWN_USER));

  @Test
  void mailShouldComeBackInFullWhenAsked() throws Exception {
    ReadDsn read = read(failure(DsnRet.FULL), mail(HEADER + "\r\n", "one\r\n--two\r\n"));
    assertThat(read.types().get(2)).isEqualTo("message/rfc822");
    assertThat(read.returned()).isEqualTo(HEADER + "\r\none\r\n--two\r\n");
    assertThat(read.isAscii()).isTrue();
  }

  @Test
  void headerShouldComeBackOtherwise() throws Exception {
    for (DsnRet ret : new DsnRet[] {null, DsnRet.HDRS}) {
      ReadDsn read = read(failure(ret), unreadable(HEADER, 1));
      assertThat(read.types().get(2)).isEqualTo("text/rfc822-headers");
      assertThat(read.returned()).isEqualTo(HEADER);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Report.Kind.class,
      names = {"DELAY", "SUCCESS"})
  void headerShouldComeBackWhenNothingFailed(Report.Kind kind) throws Exception {
    ReportedRecipient.Action action =
        kind == Report.Kind.DELAY
            ? ReportedRecipient.Action.DELAYED
            : ReportedRecipient.Action.DELIVERED;
    Report report = report(kind, DsnRet.FULL, SampleReports.succeeded("b@example.org", action));
    assertThat(read(report, unreadable(HEADER, 1)).types().get(2)).isEqualTo("text/rfc822-headers");
  }

  @Test
  void headerShouldComeBackOfALargeMail() throws Exception {
    int room = LARGEST - HEADER.length();
    assertThatThrownBy(() -> read(failure(DsnRet.FULL), unreadable(HEADER, room)))
        .isInstanceOf(IOException.class);
    assertThat(read(failure(DsnRet.FULL), unreadable(HEADER, room + 1)).types().get(2))
        .isEqualTo("text/rfc822-headers");
  }

  @Test
  void mailOfEightBitsShouldComeBackAsItIs() throws Exception {
    ReadDsn read = read(failure(DsnRet.FULL), mail(HEADER, "gr\u00fc\u00df\r\n"));
    assertThat(read.types().get(2)).isEqualTo("message/rfc822");
    assertThat(read.encoding(2)).isEqualTo("8bit");
    assertThat(read.message().getHeader("Content-Transfer-Encoding")).containsExactly("8bit");
    assertThat(read.returned()).endsWith("\r\n\r\ngr\u00fc\u00df\r\n");
  }

  @Test
  void lineEndsShouldBecomeThoseOfMail() throws Exception {
    ReadDsn read = read(failure(DsnRet.FULL), mail("A: b\nC: d\n\n", "one\rtwo\nthree\r\r\nfour"));
    assertThat(read.returned()).isEqualTo("A: b\r\nC: d\r\n\r\none\r\ntwo\r\nthree\r\n\r\nfour");
  }

  @ParameterizedTest
  @ValueSource(ints = {'\0', 'x'})
  void headerShouldComeBackOfAMailThatCannotBeSentAsItIs(int octet) throws Exception {
    String body = Character.toString(octet).repeat(octet == 'x' ? 999 : 1);
    assertThat(read(failure(DsnRet.FULL), mail(HEADER, body)).types().get(2))
        .isEqualTo("text/rfc822-headers");
  }

  @Test
  void brokenHeaderShouldComeBackEncoded() throws Exception {
    String header = "Subject: gr\u00fc\u00df \r\nX: " + "x".repeat(2000) + "\r\nno field = 1\r\n";
    ReadDsn read = read(failure(DsnRet.FULL), mail(header, "hello\r\n"));
    assertThat(read.isAscii()).isTrue();
    assertThat(read.types().get(2)).isEqualTo("text/rfc822-headers");
    assertThat(read.encoding(2)).isEqualTo("quoted-printable");
    assertThat(read.returned()).isEqualTo(header);
  }

  @Test
  void internationalMailShouldComeBackAsSuch() throws Exception {
    String header = utf8("Subject: gr\u00fc\u00df\r\n");
    Original original = mail(header, "hello\r\n");
    assertThat(
            new DsnWriter(LARGEST, ReportStyle.DEFAULT).write(INTERNATIONAL, original).needsUtf8())
        .isTrue();
    ReadDsn read = read(INTERNATIONAL, original);
    assertThat(read.types().get(2)).isEqualTo("message/global");
    assertThat(read.returned()).isEqualTo(header + "\r\nhello\r\n");
    assertThat(read(INTERNATIONAL, mail(header, "x".repeat(LARGEST))).types().get(2))
        .isEqualTo("message/global-headers");
  }

  @Test
  void internationalMailWithAnotherCharsetShouldComeBackAsAHeader() throws Exception {
    ReadDsn read = read(INTERNATIONAL, mail("Subject: gr\u00fc\u00df\r\n", "hello\r\n"));
    assertThat(read.types().get(2)).isEqualTo("text/rfc822-headers");
  }

  @Test
  void headerShouldBeCutBetweenLines() throws Exception {
    String line = "X-Filler: " + "x".repeat(500) + "\r\n";
    String returned = read(failure(null), mail(line.repeat(1000), "")).returned();
    assertThat(returned).hasSizeBetween(127 * 1024, 128 * 1024).endsWith(line);
  }

  @Test
  void boundaryShouldNotBeThatOfTheReturnedMail() throws Exception {
    ReadDsn inner = read(failure(DsnRet.FULL), mail(HEADER, "hello\r\n"));
    int end = inner.text().indexOf("\r\n\r\n") + 4;
    ReadDsn outer =
        read(
            failure(DsnRet.FULL),
            mail(inner.text().substring(0, end), inner.text().substring(end)));
    assertThat(outer.returned()).isEqualTo(inner.text());
    assertThat(inner.text()).doesNotContain(outer.type().getParameter("boundary"));
  }

  private static Original unreadable(String header, long size) {
    return new Original(
        header.getBytes(StandardCharsets.US_ASCII),
        size,
        () -> {
          throw new IOException("not to be read");
        });
  }

  private static ReadDsn read(Report report, Original original)
      throws IOException, MessagingException {
    return ReadDsn.of(new DsnWriter(LARGEST, ReportStyle.DEFAULT).write(report, original));
  }
}
