/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.posthouse.james.message.NastyMessages.message;
import static org.posthouse.james.message.NastyMessages.octets;
import static org.posthouse.james.message.NastyMessages.text;
import static org.posthouse.james.message.NastyMessages.written;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Collections;
import javax.activation.DataHandler;
import javax.mail.internet.MimeBodyPart;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeMultipart;
import javax.mail.util.ByteArrayDataSource;
import org.apache.james.lifecycle.api.Disposable;
import org.apache.james.server.core.MimeMessageWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayMessageEditTest {
  private static final String ORIGINAL =
      "Received: one\r\nsubject:  gr\u00fc\u00dfe\r\n\tfold\r\nno colon\r\nX:1\r\nX: 2\r\n\r\nbody\r\n";

  @Test
  void setHeaderShouldReplaceInPlaceAndDropTheOthersOfItsName() throws Exception {
    assertThat(edited(m -> m.setHeader("x", "3")))
        .isEqualTo(ORIGINAL.replace("X:1\r\nX: 2", "X: 3"));
    assertThat(edited(m -> m.setHeader("Subject", "s")))
        .isEqualTo(ORIGINAL.replace("subject:  gr\u00fc\u00dfe\r\n\tfold", "subject: s"));
  }

  /** Stock's writeTo does not end base64. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "xy", "xyz", "xyz1"})
  void replacedBodyOfAStockMessageShouldBeWhole(String body) throws Exception {
    MimeMessageWrapper stock =
        new MimeMessageWrapper(
            new MimeMessage(
                null, new ByteArrayInputStream("Subject: s\r\n\r\nold".getBytes(UTF_8))));
    stock.setDataHandler(
        new DataHandler(new ByteArrayDataSource(body.getBytes(UTF_8), "application/octet-stream")));
    stock.setHeader("Content-Type", "application/octet-stream");
    stock.setHeader("Content-Transfer-Encoding", "base64");
    RelayMessage ours = RelayMessage.of(stock);
    assertThat(new String(ours.getInputStream().readAllBytes(), UTF_8)).isEqualTo(body);
    assertThat(ours.getHeader("Subject")).containsExactly("s");
  }

  @Test
  void addHeaderShouldFollowTheLastOfItsName() throws Exception {
    assertThat(edited(m -> m.addHeader("SUBJECT", "s")))
        .isEqualTo(ORIGINAL.replace("no colon", "SUBJECT: s\r\nno colon"));
    assertThat(edited(m -> m.addHeader("New", "n")))
        .isEqualTo(ORIGINAL.replace("X: 2\r\n", "X: 2\r\nNew: n\r\n"));
  }

  @Test
  void traceHeadersShouldGoOnTop() throws Exception {
    assertThat(edited(m -> m.addHeader("Received", "two")))
        .isEqualTo("Received: two\r\n" + ORIGINAL);
    assertThat(edited(m -> m.setHeader("Return-Path", "<>")))
        .isEqualTo("Return-Path: <>\r\n" + ORIGINAL);
  }

  @Test
  void removeHeaderShouldTakeItsFoldsAlong() throws Exception {
    assertThat(edited(m -> m.removeHeader("Subject")))
        .isEqualTo(ORIGINAL.replace("subject:  gr\u00fc\u00dfe\r\n\tfold\r\n", ""));
    assertThat(edited(m -> m.removeHeader("absent"))).isEqualTo(ORIGINAL);
  }

  @Test
  void headerSetAfterItsRemovalShouldTakeTheOldPlace() throws Exception {
    assertThat(
            edited(
                m -> {
                  m.removeHeader("subject");
                  m.setHeader("Subject", "s");
                }))
        .isEqualTo(ORIGINAL.replace("subject:  gr\u00fc\u00dfe\r\n\tfold", "Subject: s"));
  }

  @Test
  void addHeaderLineShouldGoLastAndFoldContinuations() throws Exception {
    assertThat(
            edited(
                m -> {
                  m.addHeaderLine("L: 1");
                  m.addHeaderLine("\t2");
                }))
        .isEqualTo(ORIGINAL.replace("X: 2\r\n", "X: 2\r\nL: 1\r\n\t2\r\n"));
  }

  @Test
  void lineBreaksInAValueShouldNotStartAnotherField() throws Exception {
    assertThat(edited(m -> m.addHeader("New", "n\r\nBcc: x@y\r\n\r\nbody\n")))
        .isEqualTo(
            ORIGINAL.replace("X: 2\r\n", "X: 2\r\nNew: n\r\n\tBcc: x@y\r\n\t\r\n\tbody\r\n"));
  }

  @Test
  void rewritingAllHeaderLinesShouldKeepTheirOctets() throws Exception {
    assertThat(
            edited(
                m -> {
                  var lines = Collections.list(m.getAllHeaderLines());
                  for (var header : Collections.list(m.getAllHeaders())) {
                    m.removeHeader(header.getName());
                  }
                  for (String line : lines) {
                    m.addHeaderLine(line);
                  }
                }))
        .isEqualTo(ORIGINAL);
  }

  @Test
  void newLinesShouldEndAsTheOthersDo() throws Exception {
    RelayMessage message = message("A: 1\n\nbody");
    message.addHeader("B", "2");
    message.setHeader("A", "3");
    assertThat(text(written(message))).isEqualTo("A: 3\nB: 2\n\nbody");
  }

  @Test
  void textBeyondLatin1ShouldBecomeUtf8() throws Exception {
    RelayMessage message = message("A: 1\r\n\r\n");
    message.setHeader("A", "\u20ac");
    assertThat(text(written(message))).isEqualTo("A: \u00e2\u0082\u00ac\r\n\r\n");
  }

  @Test
  void textShouldReplaceTheBodyAndDescribeIt() throws Exception {
    RelayMessage message =
        message("Content-Type: text/html\r\nMessage-ID: <1>\r\nDate: x\r\n\r\nold");
    message.setText("n\u00e9w\r\n", "utf-8");
    assertThat(message.bodyIsModified()).isTrue();
    message.saveChanges();
    assertThat(text(written(message)))
        .isEqualTo(
            String.join(
                "\r\n",
                "Content-Type: text/plain; charset=utf-8",
                "Message-ID: <1>",
                "Date: x",
                "Content-Transfer-Encoding: quoted-printable",
                "MIME-Version: 1.0",
                "",
                "n=C3=A9w",
                ""));
    assertThat(message.openBody().readAllBytes()).hasSize((int) message.bodySize());
    assertThat(message.getMessageSize()).isEqualTo(written(message).length);
    assertThat(message.getMessageInputStream().readAllBytes()).isEqualTo(written(message));
  }

  @Test
  void unsavedBodyShouldBeSavedWhenWritten() throws Exception {
    RelayMessage message = message("no colon");
    message.setContent(new MimeMultipart(new MimeBodyPart(onePart())));
    assertThat(text(written(message)))
        .startsWith("Content-Type: multipart")
        .contains(
            "Content-Type: multipart/mixed;",
            "MIME-Version: 1.0",
            "\r\nno colon\r\n\r\n------=_Part",
            "part");
  }

  private static InputStream onePart() {
    return new ByteArrayInputStream(octets("Content-Type: text/plain\r\n\r\npart"));
  }

  @Test
  void multipartShouldBeReadAndSetAgain() throws Exception {
    String original =
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nfirst\r\n--b\r\n\r\nsecond\r\n--b--\r\n";
    RelayMessage message = message(original);
    MimeMultipart parts = (MimeMultipart) message.getContent();
    assertThat(parts.getCount()).isEqualTo(2);
    assertThat(parts.getBodyPart(1).getContent()).isEqualTo("second");
    assertThat(text(written(message))).isEqualTo(original);
    parts.getBodyPart(0).setText("changed");
    message.setContent(parts);
    message.saveChanges();
    assertThat(text(written(message))).contains("changed", "second", "boundary=b");
  }

  @Test
  void javaMailShouldReadAsUsual() throws Exception {
    RelayMessage message =
        message(
            "From: A <a@b.c>\r\nTo: d@e.f\r\nSubject: =?utf-8?Q?=C3=A9?=\r\n x\r\n\r\nbody\r\n");
    assertThat(message.getSubject()).isEqualTo("\u00e9 x");
    assertThat(message.getFrom()[0]).hasToString("A <a@b.c>");
    assertThat(message.getAllRecipients()).hasSize(1);
    assertThat(message.getContent()).isEqualTo("body\r\n");
    assertThat(Collections.list(message.getMatchingHeaderLines(new String[] {"subject"})))
        .containsExactly("Subject: =?utf-8?Q?=C3=A9?=\r\n x");
    assertThat(message.getHeader("absent")).isNull();
    assertThat(message.getMessageID()).isNull();
    assertThat(message.getLineCount()).isEqualTo(1);
  }

  @Test
  void sharedCopiesShouldBeIndependentAndReleaseTheOctetsLast() throws Exception {
    Stored stored = new Stored();
    RelayMessage first = new RelayMessage(stored);
    first.setHeader("A", "2");
    RelayMessage second = first.shareBody();
    second.setHeader("A", "3");
    assertThat(text(written(first))).isEqualTo("A: 2\r\n\r\nstored");
    assertThat(text(written(second))).isEqualTo("A: 3\r\n\r\nstored");
    assertThat(second.storedBodyId()).isEqualTo("key").isEqualTo(second.getSourceId());
    first.dispose();
    first.dispose();
    assertThat(stored.disposed).isFalse();
    assertThat(text(written(second))).isEqualTo("A: 3\r\n\r\nstored");
    assertThatThrownBy(first::shareBody).isInstanceOf(IllegalStateException.class);
    second.dispose();
    assertThat(stored.disposed).isTrue();
  }

  @Test
  void replacedBodyShouldBeSharedToo() throws Exception {
    Stored stored = new Stored();
    RelayMessage first = new RelayMessage(stored);
    first.setText("replaced");
    assertThat(first.storedBodyId()).isNull();
    RelayMessage second = first.shareBody();
    assertThat(stored.disposed).isTrue();
    assertThat(first.storedBodyId()).isNull();
    first.setHeader("A", "2");
    first.dispose();
    assertThat(text(written(second)))
        .contains("A: 1\r\n", "text/plain")
        .endsWith("\r\n\r\nreplaced");
  }

  private static String edited(Edit edit) throws Exception {
    RelayMessage message = message(ORIGINAL);
    edit.apply(message);
    message.saveChanges();
    return text(written(message));
  }

  private interface Edit {
    void apply(RelayMessage message) throws Exception;
  }

  private static final class Stored implements MessageOctets, Disposable {
    boolean disposed;

    @Override
    public byte[] headerOctets() {
      return octets("A: 1\r\n\r\n");
    }

    @Override
    public InputStream openBody() {
      return new ByteArrayInputStream(octets("stored"));
    }

    @Override
    public long bodySize() {
      return 6;
    }

    @Override
    public String bodyId() {
      return "key";
    }

    @Override
    public void dispose() {
      disposed = true;
    }
  }
}
