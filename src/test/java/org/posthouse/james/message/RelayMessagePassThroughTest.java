/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthouse.james.message.NastyMessages.lazy;
import static org.posthouse.james.message.NastyMessages.message;
import static org.posthouse.james.message.NastyMessages.text;
import static org.posthouse.james.message.NastyMessages.written;

import com.sun.mail.util.CRLFOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RelayMessagePassThroughTest {
  private static final String CORPUS = "org.posthouse.james.message.NastyMessages#all";

  @ParameterizedTest(name = "{0}")
  @MethodSource(CORPUS)
  void writeToShouldKeepEveryOctet(String name, byte[] octets) throws Exception {
    RelayMessage message = message(octets);
    assertThat(written(message)).isEqualTo(octets);
    message.saveChanges();
    assertThat(written(message)).isEqualTo(octets);
    assertThat(message.isModified()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(CORPUS)
  void everyOverloadShouldKeepEveryOctet(String name, byte[] octets) throws Exception {
    RelayMessage message = message(octets);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(out, out);
    message.writeTo(out, out, null);
    message.writeTo(out, out, new String[0], true);
    message.writeTo(out, (String[]) null);
    assertThat(text(out.toByteArray())).isEqualTo(text(octets).repeat(4));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(CORPUS)
  void streamsAndSizesShouldAgreeWithTheOctets(String name, byte[] octets) throws Exception {
    RelayMessage message = message(octets);
    assertThat(message.getMessageInputStream().readAllBytes()).isEqualTo(octets);
    assertThat(message.getMessageSize()).isEqualTo(octets.length);
    byte[] body = message.getRawInputStream().readAllBytes();
    assertThat(message.openBody().readAllBytes()).isEqualTo(body);
    assertThat(message.getContentStream().readAllBytes()).isEqualTo(body);
    assertThat(message.getSize()).isEqualTo(body.length);
    assertThat(text(message.headerOctets()) + text(body)).isEqualTo(text(octets));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(CORPUS)
  void readingShouldNotChangeAnything(String name, byte[] octets) throws Exception {
    RelayMessage message = message(octets);
    assertThat(Collections.list(message.getAllHeaders()))
        .hasSameSizeAs(Collections.list(message.getAllHeaderLines()));
    try {
      assertThat(message.getContent()).isNotNull();
    } catch (Exception e) {
      assertThat(e).isInstanceOfAny(java.io.IOException.class, javax.mail.MessagingException.class);
    }
    assertThat(written(message)).isEqualTo(octets);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(CORPUS)
  void prependShouldChangeNothingElse(String name, byte[] octets) throws Exception {
    RelayMessage message = message(octets);
    message.prependHeaderLine("X-Top: 1");
    message.saveChanges();
    String end = text(written(message)).startsWith("X-Top: 1\r\n") ? "\r\n" : "\n";
    assertThat(text(written(message))).isEqualTo("X-Top: 1" + end + text(octets));
    message.removeHeader("x-top");
    assertThat(written(message)).isEqualTo(octets);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(CORPUS)
  void addedAndRemovedHeaderShouldLeaveTheRest(String name, byte[] octets) throws Exception {
    RelayMessage message = message(octets);
    message.addHeader("X-New", "1");
    assertThat(message.getMessageSize()).isGreaterThan(octets.length);
    assertThat(message.getMessageSize()).isEqualTo(written(message).length);
    message.removeHeader("X-New");
    assertThat(written(message)).isEqualTo(octets);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(CORPUS)
  void stockCopiesShouldTakeTheOctetsOver(String name, byte[] octets) throws Exception {
    RelayMessage message = message(octets);
    assertThat(written(RelayMessage.of(new MimeMessageWrapper(message)))).isEqualTo(octets);
    MailImpl mail = MailImpl.builder().name("m").build();
    mail.setMessageNoCopy(message);
    MailImpl copy = MailImpl.duplicate(mail);
    assertThat(written(RelayMessage.of(copy.getMessage()))).isEqualTo(octets);
    assertThat(mail.getMessageSize()).isEqualTo(octets.length);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource(CORPUS)
  void smtpTransportShouldOnlyMendLineEnds(String name, byte[] octets) throws Exception {
    assertThat(throughCrlf(message(octets))).isEqualTo(text(crlf(octets)));
  }

  private static String throughCrlf(RelayMessage message) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(new CRLFOutputStream(out), new String[] {"Bcc", "Content-Length"});
    return text(out.toByteArray());
  }

  private static byte[] crlf(byte[] octets) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream crlf = new CRLFOutputStream(out)) {
      crlf.write(octets);
    }
    return out.toByteArray();
  }

  @Test
  void ofShouldKeepHeaderOctetsOfAStockMessageThatWasParsed() throws Exception {
    byte[] octets = NastyMessages.octets("Subject: gr\u00fc\u00dfe\r\nX: \u00ff\r\n\r\nb\u00ff\r");
    MimeMessageWrapper stock =
        new MimeMessageWrapper(
            MimeMessageInputStreamSource.create("t", new ByteArrayInputStream(octets)));
    assertThat(stock.getContent()).isNotNull();
    assertThat(written(RelayMessage.of(stock))).isEqualTo(octets);
    stock.setHeader("X", "y");
    assertThat(text(written(RelayMessage.of(stock)))).contains("gr\u00fc\u00dfe", "X: y\r\n");
  }

  @Test
  void largeBodyShouldPassWithoutBeingHeld() throws Exception {
    long size = 20L * 1024 * 1024;
    RelayMessage message = new RelayMessage(lazy("A: 1\r\n\r\n", size));
    message.setHeader("A", "22");
    CheckedOutputStream out = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
    message.writeTo(OutputStream.nullOutputStream(), out);
    CheckedOutputStream expected =
        new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
    lazy("", size).getInputStream().transferTo(expected);
    assertThat(out.getChecksum().getValue()).isEqualTo(expected.getChecksum().getValue());
    assertThat(message.getMessageSize()).isEqualTo(size + 9);
  }

  @Test
  void ignoredHeadersShouldBeLeftOutWithTheirFolds() throws Exception {
    RelayMessage message = message("A: 1\r\nBcc: x,\r\n\ty\r\nbcc : z\r\nB: 2\r\n\r\nbody");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(out, new String[] {"BCC"});
    assertThat(text(out.toByteArray())).isEqualTo("A: 1\r\nB: 2\r\n\r\nbody");
  }
}
