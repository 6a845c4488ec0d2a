/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes from the logs of a closed store what a failed write left there. Whoever committed it was
 * told that it failed, or commits it again: replayed it would be there twice.
 */
final class UncommittedLog {
  private static final Logger LOGGER = LoggerFactory.getLogger(UncommittedLog.class);

  /** A record begins with the sequence number of its first change, little-endian. */
  private static final int SEQUENCE = 8;

  private UncommittedLog() {}

  /**
   * Cuts each log where the first record begins that is younger than the last commit, or where it
   * is torn; what is damaged stays, to be found by the open that follows.
   *
   * @param last sequence number of the last change that was committed
   */
  static void cut(Path store, long last) throws IOException {
    for (Path log : StoreLogs.logsOf(store)) {
      LogFile scanned = LogFile.scan(log);
      long end = firstAfter(log, last);
      if (end < scanned.size() && scanned.verdict() != LogFile.Verdict.DAMAGED) {
        LOGGER.warn(
            "{}: octets {} to {} go, their commit had failed",
            log.getFileName(),
            end,
            scanned.size());
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
          channel.truncate(end);
          channel.force(true);
        }
      }
    }
  }

  /** Where the first record younger than a change begins, or the first that is not complete. */
  private static long firstAfter(Path log, long last) throws IOException {
    try (LogBlocks blocks = new LogBlocks(log)) {
      long complete = 0;
      long position = 0;
      byte[] head = new byte[0];
      int length = blocks.size() == 0 ? 0 : blocks.lengthAt(0);
      while (length > 0) {
        int type = blocks.typeAt(position);
        boolean begins = type == LogBlocks.WHOLE || type == LogBlocks.FIRST;
        head = blocks.head(begins ? new byte[0] : head, position, SEQUENCE);
        if (head.length == SEQUENCE
            && ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong() > last) {
          return complete;
        }
        position += length;
        if (type != LogBlocks.FIRST && type != LogBlocks.MIDDLE) {
          complete = position;
        }
        position = blocks.behindPadding(position);
        length = position < blocks.size() ? blocks.lengthAt(position) : 0;
      }
      return blocks.behindPadding(complete) < blocks.size() ? complete : blocks.size();
    }
  }
}
