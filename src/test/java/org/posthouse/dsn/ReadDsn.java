/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.mail.BodyPart;
import javax.mail.Header;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.ContentType;
import javax.mail.internet.InternetHeaders;
import javax.mail.internet.MimeBodyPart;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeMultipart;
import javax.mail.internet.MimeUtility;
import javax.mail.util.ByteArrayDataSource;

/** A report as JavaMail reads it, after a look at its octets. */
final class ReadDsn {
  private final byte[] octets;
  private final MimeMessage message;
  private final List<BodyPart> parts = new ArrayList<>();

  static ReadDsn of(Dsn dsn) throws IOException, MessagingException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(dsn.header());
    dsn.writeBodyTo(out);
    ReadDsn read = new ReadDsn(out.toByteArray());
    boolean body = read.text().substring(dsn.header().length).chars().allMatch(c -> c < 0x80);
    assertThat(dsn.isEightBit()).isEqualTo(!body);
    return read;
  }

  private ReadDsn(byte[] octets) throws IOException, MessagingException {
    this.octets = octets;
    for (String line : text().split("\r\n", -1)) {
      assertThat(line).doesNotContain("\r", "\n", "\0").hasSizeLessThanOrEqualTo(998);
    }
    assertThat(text()).endsWith("\r\n");
    Properties properties = new Properties();
    properties.setProperty("mail.mime.allowutf8", "true");
    message = new MimeMessage(Session.getInstance(properties), new ByteArrayInputStream(octets)) {};
    MimeMultipart multipart =
        new MimeMultipart(
            new ByteArrayDataSource(message.getRawInputStream(), message.getContentType()));
    for (int i = 0; i < multipart.getCount(); i++) {
      parts.add(multipart.getBodyPart(i));
    }
    assertThat(multipart.isComplete()).isTrue();
    assertThat(parts).hasSize(3);
  }

  /** One character for each octet. */
  String text() {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  boolean isAscii() {
    return text().chars().allMatch(c -> c < 0x80);
  }

  MimeMessage message() {
    return message;
  }

  ContentType type() throws MessagingException {
    return new ContentType(message.getContentType());
  }

  List<String> types() throws MessagingException {
    List<String> types = new ArrayList<>();
    for (BodyPart part : parts) {
      types.add(new ContentType(part.getContentType()).getBaseType());
    }
    return types;
  }

  String encoding(int part) throws MessagingException {
    return parts.get(part).getHeader("Content-Transfer-Encoding")[0];
  }

  /** What persons read. */
  String explanation() throws IOException, MessagingException {
    return (String) parts.get(0).getContent();
  }

  /** The explanation without its line ends and indents. */
  String flatExplanation() throws IOException, MessagingException {
    return explanation().replaceAll("\\s+", " ");
  }

  /** Fields for the mail, then for each recipient. */
  List<Map<String, String>> status() throws IOException, MessagingException {
    List<Map<String, String>> groups = new ArrayList<>();
    byte[] content = parts.get(1).getInputStream().readAllBytes();
    ByteArrayInputStream in = new ByteArrayInputStream(content);
    while (in.available() > 0) {
      Map<String, String> group = new LinkedHashMap<>();
      for (Header header : Collections.list(new InternetHeaders(in, true).getAllHeaders())) {
        assertThat(group.put(header.getName(), unfolded(header.getValue()))).isNull();
      }
      groups.add(group);
    }
    return groups;
  }

  private static String unfolded(String value) {
    return value.replaceAll("\r\n[ \t]", " ");
  }

  /** The mail or its header, decoded; one character for each octet. */
  String returned() throws IOException, MessagingException {
    byte[] raw = ((MimeBodyPart) parts.get(2)).getRawInputStream().readAllBytes();
    return new String(
        MimeUtility.decode(new ByteArrayInputStream(raw), encoding(2)).readAllBytes(),
        StandardCharsets.ISO_8859_1);
  }
}
