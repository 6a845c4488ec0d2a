/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that change the file at the same time lose nothing of each other. */
class ConcurrentWritersTest {
  private static final int PROCESSES = 2;
  private static final int THREADS = 2;
  private static final int CHANGES = 15;

  @TempDir Path home;

  @Test
  void writersInTwoProcessesShouldNotLoseChanges() throws Exception {
    Path path = home.resolve("users");
    List<Process> writers = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      writers.add(start(path, "writer" + i));
    }
    for (Process writer : writers) {
      assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(writer.exitValue()).isZero();
    }

    UserTable table = new UserFile(path).read();

    assertThat(table.problems()).isEmpty();
    assertThat(table.users()).hasSize(PROCESSES * THREADS * CHANGES);
  }

  private static Process start(Path path, String name) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            java.toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            path.toString(),
            name)
        .inheritIO()
        .start();
  }

  /** A process that adds users from several threads. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws InterruptedException {
      UserRegister register = new UserRegister(new UserFile(Path.of(args[0])), 4096);
      List<Throwable> failures = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        String prefix = args[1] + "-" + i + "-";
        Thread thread = new Thread(() -> add(register, prefix));
        thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      System.exit(failures.isEmpty() ? 0 : 1);
    }

    private static void add(UserRegister register, String prefix) {
      for (int n = 0; n < CHANGES; n++) {
        try {
          register.add(UserName.of(prefix + n), "default", "secret");
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }
  }
}
