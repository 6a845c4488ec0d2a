/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.io.MaxHeaderLengthLimitException;
import org.apache.james.mime4j.io.MaxLineLimitException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.protocols.api.Response;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.OctetSearch;
import org.posthouse.james.Reply;
import org.posthouse.james.command.SessionLimits;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.message.HeaderField;

/** Whether a message is more than mailets, and those who get it, should have to look through. */
final class MessageBounds {
  /**
   * A part costs a delimiter, a level of parts a field and two delimiters; no smaller one has more.
   */
  private static final int LEAST_PART = 5;

  private static final int LEAST_LEVEL = 30;

  /** Octets of a part's field, which stands in memory; the whole header has no more. */
  private static final int LONGEST_FIELD = 512 * 1024;

  private static final MimeConfig ANYTHING =
      MimeConfig.custom()
          .setMaxLineLen(LONGEST_FIELD)
          .setMaxHeaderCount(-1)
          .setMaxHeaderLen(LONGEST_FIELD)
          .setMaxContentLen(-1)
          .build();

  private MessageBounds() {}

  /** The reply to a message that is too much; null to any other. */
  static @Nullable Response excess(RelayMessage message, SessionLimits.Message most)
      throws MessagingException {
    byte[] header = message.headerOctets();
    int fields = 0;
    int received = 0;
    for (int start = 0; start < header.length; start = next(header, start)) {
      if (header[start] != ' ' && header[start] != '\t' && header[start] != '\r') {
        fields++;
        received += isReceived(header, start) ? 1 : 0;
      }
    }
    if (received > most.received()) {
      return Reply.of("554", "5.4.6 Too many hops: more than " + most.received());
    }
    if (fields > most.headerFields()) {
      return Reply.of("554", "5.6.0 The header has more than " + most.headerFields() + " fields");
    }
    return parts(message, most);
  }

  private static int next(byte[] header, int start) {
    int end = OctetSearch.lineEnd(header, start, header.length);
    boolean both = end + 1 < header.length && header[end] == '\r' && header[end + 1] == '\n';
    return end + (both ? 2 : 1);
  }

  private static boolean isReceived(byte[] header, int start) {
    String name = "RECEIVED";
    for (int i = 0; i < name.length(); i++) {
      int octet = start + i < header.length ? header[start + i] : 0;
      if (Character.toUpperCase(octet) != name.charAt(i)) {
        return false;
      }
    }
    int colon = start + name.length();
    while (colon < header.length && (header[colon] == ' ' || header[colon] == '\t')) {
      colon++; // RFC 5322 section 4.5
    }
    return colon < header.length && header[colon] == ':';
  }

  private static @Nullable Response parts(RelayMessage message, SessionLimits.Message most)
      throws MessagingException {
    long size = message.getMessageSize();
    if (size < (long) most.mimeParts() * LEAST_PART
        && size < (long) most.mimeDepth() * LEAST_LEVEL) {
      return null;
    }
    List<HeaderField> structure =
        message.fields().stream()
            .filter(field -> field.is("Content-Type") || field.is("Content-Transfer-Encoding"))
            .toList();
    return structure.stream().noneMatch(field -> field.is("Content-Type"))
        ? null
        : walk(message, structure, most);
  }

  /**
   * What cannot be parsed as MIME has no parts that anybody could see.
   *
   * @param structure all that the message's header says of it: readers differ about which of
   *     several fields counts
   */
  private static @Nullable Response walk(
      RelayMessage message, List<HeaderField> structure, SessionLimits.Message most)
      throws MessagingException {
    PartTypes parts = new PartTypes();
    MimeTokenStream tokens = new MimeTokenStream(ANYTHING, parts);
    String header =
        structure.stream()
            .map(field -> field.name() + ": " + field.value().strip() + "\r\n")
            .collect(Collectors.joining("", "", "\r\n"));
    try (InputStream octets =
        new SequenceInputStream(
            new ByteArrayInputStream(header.getBytes(StandardCharsets.ISO_8859_1)),
            message.openBody())) {
      tokens.parse(octets);
      return count(tokens, parts, most);
    } catch (MaxHeaderLengthLimitException | MaxLineLimitException e) {
      return Reply.of("554", "5.6.0 A field of a part is longer than 512 KiB");
    } catch (MimeException e) {
      return null;
    } catch (IOException e) {
      throw new MessagingException("the message cannot be read", e);
    }
  }

  private static @Nullable Response count(
      MimeTokenStream tokens, PartTypes types, SessionLimits.Message most)
      throws IOException, MimeException {
    int depth = -1; // the message itself is no level
    int parts = 0;
    for (EntityState state = tokens.getState();
        state != EntityState.T_END_OF_STREAM;
        state = tokens.next()) {
      switch (state) {
        case T_START_MULTIPART, T_START_MESSAGE -> depth++;
        case T_END_MULTIPART, T_END_MESSAGE -> depth--;
        case T_START_BODYPART -> parts++;
        default -> {}
      }
      if (types.isAmbiguous()) {
        return Reply.of("554", "5.6.0 A header says in several ways what parts there are");
      }
      if (depth > most.mimeDepth()) {
        return Reply.of("554", "5.6.0 Parts lie deeper than " + most.mimeDepth() + " levels");
      }
      if (parts > most.mimeParts()) {
        return Reply.of("554", "5.6.0 The message has more than " + most.mimeParts() + " parts");
      }
    }
    return null;
  }
}
