/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Switches faults in a process under the shim while it runs; the page is described in faults.c. */
final class FaultSwitch {
  static final int EIO = 5;
  static final int ENOSPC = 28;

  /** Not an error: one bit of what is read is wrong. */
  static final int FLIP_A_BIT = -1;

  private static final int SIZE = 4096;
  private static final int OPERATION = 0;
  private static final int WHAT = 4;
  private static final int PASS = 8;
  private static final int FAIL = 12;
  private static final int FAILED = 16;
  private static final int NAME = 32;
  private static final int NAME_SIZE = 63;

  private final ByteBuffer page;

  FaultSwitch(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
      page = mapped.order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** What fails: calls on files under the directory whose name contains {@code name}. */
  enum On {
    NOTHING(0),
    WRITE(1),
    READ(2),
    SYNC(3);

    private final int code;

    On(int code) {
      this.code = code;
    }
  }

  void off() {
    page.putInt(OPERATION, On.NOTHING.code);
  }

  /** After {@code pass} such calls, {@code times} of them fail. */
  void on(On operation, int what, String name, int pass, int times) {
    off();
    byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < NAME_SIZE; i++) {
      page.put(NAME + i, i < octets.length ? octets[i] : 0);
    }
    page.putInt(WHAT, what);
    page.putInt(PASS, pass);
    page.putInt(FAIL, times);
    page.putInt(FAILED, 0);
    page.putInt(OPERATION, operation.code);
  }

  /** How many calls failed since {@link #on}. */
  int failed() {
    return page.getInt(FAILED);
  }
}
