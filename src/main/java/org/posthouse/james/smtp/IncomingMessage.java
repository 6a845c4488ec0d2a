/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.OctetSearch;
import org.posthouse.james.message.FiledOctets;
import org.posthouse.james.message.PooledOctets;
import org.posthouse.james.message.ReceivedOctets;
import org.posthouse.james.message.RelayMessage;

/** The message of one transaction as it comes in: in memory while there is room, else in a file. */
final class IncomingMessage {
  private static final long MOST_IN_MEMORY = 4 * 1024 * 1024;

  /** Octets in a file after which its disk is looked at. */
  private static final int LOOK_EVERY = 128 * 1024;

  private final IncomingRoom room;
  private final MimeMessageInputStreamSource source;
  private final LineEnds ends = new LineEnds();
  private final long most;
  private long size;
  private boolean continues;

  /** Where it is: first here, then there, then in the file. */
  private ReceivedOctets small = new ReceivedOctets();

  private long counted;
  private @Nullable PooledOctets large;
  private @Nullable FiledOctets file;
  private int sinceLook;

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

  private void begin(byte[] octets) {
    if (size == 0 && octets.length > 0) {
      continues = octets[0] == ' ' || octets[0] == '\t';
    }
  }

  /** Whether its first line would continue our trace field. */
  boolean continuesTrace() {
    return continues;
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
    keep(field);
  }

  /**
   * Adds octets of a chunk.
   *
   * @param octets in an array that nobody else has from now on
   * @throws IOException when the file does not take them
   */
  void add(byte[] octets) throws IOException {
    begin(octets);
    size += octets.length;
    if (!isTooLarge()) {
      keep(octets);
    }
  }

  private void keep(byte[] octets) throws IOException {
    makeRoom(octets.length);
    if (isSmall()) {
      small.take(octets);
    } else {
      add(octets, 0, octets.length);
    }
  }

  private boolean isSmall() {
    return large == null && file == null;
  }

  /**
   * Adds whole lines, without the dot that stands before each one that begins with one (RFC 5321,
   * 4.5.2).
   *
   * @param lines in an array that nobody else has from now on
   * @throws IOException when the file does not take them
   */
  void addLines(byte[] lines) throws IOException {
    begin(lines);
    size += lines.length;
    if (isTooLarge()) {
      return;
    }
    makeRoom(lines.length);
    int from = 0;
    int dot = dottedLine(lines, 0);
    if (isSmall() && dot < 0) {
      small.take(lines);
      return;
    }
    for (; dot >= 0; dot = dottedLine(lines, dot + 1)) {
      add(lines, from, dot - from);
      from = dot + 1;
    }
    add(lines, from, lines.length - from);
  }

  /** Where there is no room for so many more, what there is moves on. */
  private void makeRoom(int length) throws IOException {
    if (isSmall() && small.size() + length > room.smallMessage()) {
      PooledOctets next = new PooledOctets();
      large = next;
      if (fits(next, small.size() + length)) {
        small.writeTo(next.stream());
      } else {
        toFile(small::writeTo);
      }
      small = new ReceivedOctets();
      countSmall(0);
    } else if (isSmall()) {
      countSmall(small.size() + length);
    } else if (large != null && !fits(large, length)) {
      toFile(large::writeTo);
    }
  }

  private void countSmall(long octets) {
    room.countSmall(octets - counted);
    counted = octets;
  }

  private boolean fits(PooledOctets octets, long more) {
    boolean fits = octets.size() + more <= MOST_IN_MEMORY;
    while (fits && octets.room() < more) {
      fits = room.takeBlock();
      if (fits) {
        octets.grow();
      }
    }
    return fits;
  }

  /** Writes what there is. */
  @FunctionalInterface
  private interface Octets {
    void writeTo(OutputStream out) throws IOException;
  }

  private void toFile(Octets octets) throws IOException {
    room.requireDisk();
    FiledOctets next = new FiledOctets();
    file = next;
    octets.writeTo(next.stream());
    freeMemory();
  }

  /** It is not read any more. */
  void end() {
    freeMemory();
    if (file != null) {
      file.release();
      file = null;
    }
  }

  private void freeMemory() {
    countSmall(0);
    if (large != null) {
      room.giveBack(large.release());
      large = null;
    }
  }

  private void add(byte[] lines, int from, int length) throws IOException {
    if (file != null) {
      sinceLook += length;
      if (sinceLook >= LOOK_EVERY) {
        room.requireDisk();
        sinceLook = 0;
      }
      file.add(lines, from, length);
    } else if (large != null) {
      large.add(lines, from, length);
    } else {
      small.add(lines, from, length);
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
      return new RelayMessage(large == null ? small : large);
    }
    file.finish();
    return new RelayMessage(file);
  }

  /** Where hooks of stock may write; nobody reads it any more. */
  OutputStream out() {
    return source.getWritableOutputStream();
  }
}
