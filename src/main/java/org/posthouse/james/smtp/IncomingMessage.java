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
 * The message of one transaction as it comes in: in memory while there is room, else in the file
 * that James keeps for the session, and removes with it.
 */
final class IncomingMessage {
  /** What each session may have, whatever the others do. */
  private static final long OWN = 128 * 1024;

  private static final long MOST_IN_MEMORY = 4 * 1024 * 1024;

  private final IncomingRoom room;
  private final MimeMessageInputStreamSource source;
  private ReceivedOctets memory = new ReceivedOctets();
  private final LineEnds ends = new LineEnds();
  private final long most;
  private long size;
  private long taken;
  private @Nullable OutputStream file;

  /**
   * An empty one.
   *
   * @param most octets that it may have as the client sends it; 0 is no limit
   */
  IncomingMessage(IncomingRoom room, MimeMessageInputStreamSource source, long most) {
    this.room = room;
    this.source = source;
    this.most = most;
  }

  /** Octets so far. */
  long size() {
    return size;
  }

  /** Whether the client has sent more than it may; the rest is not kept. */
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
    makeRoom(length);
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
    makeRoom(lines.length);
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

  /** In memory, or from now on in the file. */
  private void makeRoom(int length) throws IOException {
    if (file != null || fits(memory.size() + length)) {
      return;
    }
    file = source.getWritableOutputStream();
    memory.writeTo(file);
    memory = new ReceivedOctets();
    end();
  }

  private boolean fits(long octets) {
    if (octets <= OWN + taken) {
      return true;
    }
    // Twice as much each time: the room is everybody's, and asked for seldom.
    long more = Math.max(octets - OWN - taken, Math.max(OWN, taken));
    boolean has = octets <= MOST_IN_MEMORY && room.take(more);
    taken += has ? more : 0;
    return has;
  }

  /** It needs no memory any more. */
  void end() {
    room.giveBack(taken);
    taken = 0;
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
