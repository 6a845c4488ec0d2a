/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UncommittedLogTest {
  private static final int SIZE = 10_000;
  private static final int RECORDS = 20;

  @TempDir Path store;
  private LogFormat log = new LogFormat();

  private Path write() throws IOException {
    log = new LogFormat();
    for (int i = 0; i < RECORDS; i++) {
      ByteBuffer record = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
      log.add(record.putLong(100 + i).array());
    }
    return Files.write(store.resolve("000004.log"), log.octets());
  }

  @Test
  void recordsYoungerThanTheLastCommitShouldGo() throws IOException {
    for (int last = 99; last < 100 + RECORDS; last++) {
      Path file = write();
      UncommittedLog.cut(store, last);
      int kept = last - 99;
      assertThat(file).hasSize(kept == 0 ? 0 : log.ends().get(kept - 1));
    }
  }

  @Test
  void halfWrittenRecordShouldGo() throws IOException {
    Path file = write();
    Files.write(file, Arrays.copyOf(log.octets(), log.ends().get(7) + 5_000));
    UncommittedLog.cut(store, 200);
    assertThat(file).hasSize(log.ends().get(7));
  }
}
