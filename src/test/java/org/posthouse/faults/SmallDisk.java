/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system of limited size over a directory, in a mount namespace of its own: nobody else sees
 * it, and it goes with the process that holds the namespace, which ends with this one.
 */
final class SmallDisk implements AutoCloseable {
  private final Path directory;
  private final Process holder;

  private SmallDisk(Path directory, Process holder) {
    this.directory = directory;
    this.holder = holder;
  }

  /** Skips the test when this user may not mount. */
  static SmallDisk over(Path directory, int megabytes) throws IOException {
    Tools.requireMounts();
    String script =
        "mount -t tmpfs -o size=" + megabytes + "m small \"$0\" && echo mounted && exec cat";
    Process holder =
        new ProcessBuilder(
                "unshare",
                "-m",
                "--propagation",
                "private",
                "sh",
                "-c",
                script,
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (holder.getInputStream().read() != 'm') {
      holder.destroyForcibly();
      throw new IOException("cannot mount a file system of " + megabytes + " MB");
    }
    return new SmallDisk(directory, holder);
  }

  /** What a command must stand under to see the file system. */
  List<String> entering() {
    return List.of("nsenter", "-t", Long.toString(holder.pid()), "-m", "--");
  }

  /** Fills it up to this many free octets, 0 for none at all. */
  void leaveFree(long octets) throws IOException {
    Path ballast = ballast();
    try (OutputStream out = Files.newOutputStream(ballast)) {
      byte[] piece = new byte[1 << 16];
      while (freeOctets() > octets) {
        out.write(piece);
      }
    } catch (IOException e) {
      if (octets > 0) {
        throw e;
      }
    }
  }

  void empty() throws IOException {
    Files.deleteIfExists(ballast());
  }

  long freeOctets() throws IOException {
    return Files.getFileStore(seenFromHere()).getUsableSpace();
  }

  private Path ballast() {
    return seenFromHere().resolve("ballast");
  }

  private Path seenFromHere() {
    return Path.of("/proc/" + holder.pid() + "/root" + directory);
  }

  @Override
  public void close() throws IOException {
    holder.getOutputStream().close();
    holder.destroyForcibly();
  }
}
