/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.OctetSearch;
import org.posthouse.james.message.ReceivedOctets;
import org.posthouse.james.message.RelayMessage;

/**
 * The message of one transaction as it comes in: in memory, and from a size on in the file that
 * James keeps for the session, and removes with it.
 */
final class IncomingMessage {
  private static final long MOST_IN_MEMORY = 128 * 1024;

  private final MimeMessageInputStreamSource source;
  private final ReceivedOctets memory = new ReceivedOctets();
  private final LineEnds ends = new LineEnds();
  private final long most;
  private long size;
  private @Nullable OutputStream file;

  /**
   * An empty one.
   *
   * @param most octets that it may have as the client sends it; 0 is no limit
   */
  IncomingMessage(MimeMessageInputStreamSource source, long most) {
    this.source = source;
    this.most = most;
  }

  /** Whether the client has sent more than it may; the rest is not kept. */
  /** Octets so far. */
  long size() {
    return size;
  }

  boolean isTooLarge() {
    return most > 0 && size > most;
  }

  /** How the lines ended so far that came in chunks. */
  LineEnds ends() {
    return ends;
  }

  /**
   * Adds the field that tells where it came from, which does not count as the client's.
   *
   * @throws IOException never, while there is no file
   */
  void trace(byte[] field) throws IOException {
    keep(field, field.length);
  }

  /**
   * Adds octets of a chunk.
   *
   * @param octets in an array that nobody else has from now on
   * @throws IOException when the file does not take them
   */
  void add(byte[] octets) throws IOException {
    size += octets.length;
    if (!isTooLarge()) {
      keep(octets, octets.length);
    }
  }

  private void keep(byte[] octets, int length) throws IOException {
    if (file == null && memory.size() + length > MOST_IN_MEMORY) {
      file = source.getWritableOutputStream();
      memory.writeTo(file);
    }
    if (file == null) {
      memory.take(octets);
    } else {
      file.write(octets);
    }
  }

  /**
   * Adds whole lines, without the dot that stands before each one that begins with one (RFC 5321,
   * 4.5.2).
   *
   * @param lines in an array that nobody else has from now on
   * @throws IOException when the file does not take them
   */
  void addLines(byte[] lines) throws IOException {
    size += lines.length;
    if (isTooLarge()) {
      return;
    }
    if (file == null && memory.size() + lines.length > MOST_IN_MEMORY) {
      file = source.getWritableOutputStream();
      memory.writeTo(file);
    }
    int from = 0;
    int dot = dottedLine(lines, 0);
    if (file == null && dot < 0) {
      memory.take(lines);
      return;
    }
    for (; dot >= 0; dot = dottedLine(lines, dot + 1)) {
      add(lines, from, dot - from);
      from = dot + 1;
    }
    add(lines, from, lines.length - from);
  }

  private void add(byte[] lines, int from, int length) throws IOException {
    if (file == null) {
      memory.add(lines, from, length);
    } else {
      file.write(lines, from, length);
    }
  }

  /** The first dot from {@code from} on that a line begins with; -1 when there is none. */
  private static int dottedLine(byte[] lines, int from) {
    int start = from == 0 ? 0 : OctetSearch.lineEnd(lines, from, lines.length) + 2;
    while (start < lines.length && lines[start] != '.') {
      start = OctetSearch.lineEnd(lines, start, lines.length) + 2;
    }
    return start < lines.length ? start : -1;
  }

  /** All of it, in the class that every received message has. */
  RelayMessage message() throws IOException {
    if (file == null) {
      return new RelayMessage(memory);
    }
    file.flush();
    file.close();
    return new RelayMessage(source);
  }

  /** Where hooks of stock may write; nobody reads it any more. */
  OutputStream out() {
    return source.getWritableOutputStream();
  }
}
