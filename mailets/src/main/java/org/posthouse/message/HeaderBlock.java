/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of a header block, and where it ends. Lines end with CRLF or LF; a bare CR is an octet
 * like any other, so that no other reader of the message can be made to see a different split.
 */
public final class HeaderBlock {
  /** Without an empty line by here the rest counts as body: headers stand in memory, many times. */
  public static final int LIMIT = 512 * 1024;

  private final List<HeaderField> fields = new ArrayList<>();
  private String emptyLine = "";

  private HeaderBlock(byte[] block) {
    int start = 0;
    while (start < block.length) {
      int end = lineEnd(block, start);
      if (start == contentEnd(block, start, end)) {
        emptyLine = new String(block, start, end - start, ISO_8859_1);
        break;
      }
      while (end < block.length && (block[end] == ' ' || block[end] == '\t')) {
        end = lineEnd(block, end);
      }
      int contentEnd = contentEnd(block, start, end);
      String line = new String(block, start, contentEnd - start, ISO_8859_1);
      fields.add(HeaderField.of(line, new String(block, contentEnd, end - contentEnd, ISO_8859_1)));
      start = end;
    }
  }

  /** Takes a block apart; what follows the empty line is not looked at. */
  public static HeaderBlock parse(byte[] block) {
    return new HeaderBlock(block);
  }

  /** The fields from the top. */
  public List<HeaderField> fields() {
    return fields;
  }

  /** CRLF or LF; empty where the message ends with its header. */
  public String emptyLine() {
    return emptyLine;
  }

  /** Reads up to and including the first empty line, the end of the stream or the limit. */
  public static byte[] read(InputStream in) throws IOException {
    // Not a ByteArrayOutputStream: it takes a lock for each octet.
    byte[] block = new byte[1024];
    int size = 0;
    int lineLength = 0;
    int previous = -1;
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      if (size == block.length) {
        block = Arrays.copyOf(block, 2 * size);
      }
      block[size++] = (byte) octet;
      if (octet == '\n') {
        if (lineLength == 0 || (lineLength == 1 && previous == '\r')) {
          break;
        }
        lineLength = 0;
      } else {
        lineLength++;
      }
      if (size >= LIMIT) {
        break;
      }
      previous = octet;
    }
    return Arrays.copyOf(block, size);
  }

  /** Whether the limit came before the empty line. */
  public static boolean isCutOff(byte[] block) {
    int last = block.length - 1;
    boolean empty =
        last >= 1
            && block[last] == '\n'
            && (block[last - 1] == '\n'
                || (last >= 2 && block[last - 1] == '\r' && block[last - 2] == '\n'));
    return block.length >= LIMIT && !empty;
  }

  /** The index after the line that starts at {@code start}, its line end included. */
  private static int lineEnd(byte[] block, int start) {
    for (int i = start; i < block.length; i++) {
      if (block[i] == '\n') {
        return i + 1;
      }
    }
    return block.length;
  }

  /** The index of the line end's first octet, {@code end} when the line is not terminated. */
  private static int contentEnd(byte[] block, int start, int end) {
    if (end == start || block[end - 1] != '\n') {
      return end;
    }
    return end - 2 >= start && block[end - 2] == '\r' ? end - 2 : end - 1;
  }
}
