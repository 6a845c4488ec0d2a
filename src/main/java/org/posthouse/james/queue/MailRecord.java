/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.io.IOException;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.Mail;
import org.apache.mailet.PerRecipientHeaders;
import org.jspecify.annotations.Nullable;
import org.posthouse.spool.RecordReader;
import org.posthouse.spool.RecordWriter;
import org.posthouse.spool.SpoolException;

/**
 * The part of a mail that the queue does not look at: header block, state, attributes, headers for
 * single recipients.
 *
 * <p>Record: version 1, state, error message, remote host, remote address, last update
 * (milliseconds plus one, 0 for none), attributes (count; name, value each), recipients' headers
 * (count; address, name, value each), header block (absent when the mail has no message).
 */
final class MailRecord {
  private static final int VERSION = 1;
  private static final Comparator<Attribute> BY_NAME =
      Comparator.comparing(attribute -> attribute.getName().asString());

  private MailRecord() {}

  static byte[] write(Mail mail, byte @Nullable [] header) {
    Date updated = mail.getLastUpdated();
    RecordWriter out =
        new RecordWriter(1024 + (header == null ? 0 : header.length))
            .number(VERSION)
            .text(mail.getState())
            .text(mail.getErrorMessage())
            .text(mail.getRemoteHost())
            .text(mail.getRemoteAddr())
            .number(updated == null ? 0 : updated.getTime() + 1);
    // In one order, so that what is the same has the same octets.
    writeAttributes(out, mail.attributes().sorted(BY_NAME).toList());
    writeHeaders(out, mail.getPerRecipientSpecificHeaders());
    return out.octets(header).toRecord();
  }

  /** Fills a mail and returns its header block, null when it has no message. */
  static byte @Nullable [] read(byte[] record, MailImpl.Builder mail) {
    RecordReader in = new RecordReader(record);
    if (in.number() != VERSION) {
      throw new SpoolException.Unreadable("a mail's content has an unknown version");
    }
    String state = in.nullableText();
    if (state != null) {
      mail.state(state);
    }
    mail.errorMessage(in.nullableText());
    mail.remoteHost(in.nullableText());
    mail.remoteAddr(in.nullableText());
    long updated = in.number();
    if (updated > 0) {
      mail.lastUpdated(new Date(updated - 1));
    }
    readAttributes(in, mail);
    readHeaders(in, mail);
    return in.nullableOctets();
  }

  private static void writeAttributes(RecordWriter out, List<Attribute> attributes) {
    RecordWriter each = new RecordWriter(512);
    int count = 0;
    for (Attribute attribute : attributes) {
      if (AttributeRecord.write(each, attribute)) {
        count++;
      }
    }
    out.number(count).octets(each.toRecord());
  }

  private static void readAttributes(RecordReader in, MailImpl.Builder mail) {
    int count = in.count();
    RecordReader each = new RecordReader(in.octets());
    try {
      for (int i = 0; i < count; i++) {
        mail.addAttribute(AttributeRecord.read(each));
      }
    } catch (IOException e) {
      throw new SpoolException.Unreadable("a mail's attribute is damaged", e);
    }
  }

  private static void writeHeaders(RecordWriter out, PerRecipientHeaders headers) {
    var entries = headers.getHeadersByRecipient().entries();
    out.number(entries.size());
    for (Map.Entry<MailAddress, PerRecipientHeaders.Header> entry : entries) {
      out.text(entry.getKey().asString())
          .text(entry.getValue().getName())
          .text(entry.getValue().getValue());
    }
  }

  private static void readHeaders(RecordReader in, MailImpl.Builder mail) {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      MailAddress address = Addresses.parse(in.text());
      PerRecipientHeaders.Header header =
          PerRecipientHeaders.Header.builder().name(in.text()).value(in.text()).build();
      mail.addHeaderForRecipient(header, address);
    }
  }
}
