/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table in a file that is read again when the file has changed; looked at once a second at most.
 * One that cannot be read, or is wrong, leaves the table as it was and is warned of once.
 */
public final class AddressTableFile implements AddressRewriting {
  private static final Logger LOGGER = LoggerFactory.getLogger(AddressTableFile.class);
  private static final long INTERVAL_NANOS = 1_000_000_000;
  private static final long MOST_OCTETS = 64L << 20;

  private final Path file;
  private final TableOptions options;
  private final LongSupplier nanoTime;
  private final AtomicLong nextLook;

  private volatile AddressTable table;
  private volatile Stamp stamp;

  /** By what a change is seen; the key is the inode where there is one. */
  private record Stamp(FileTime modified, long size, String key) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
    }
  }

  private AddressTableFile(Path file, TableOptions options, LongSupplier nanoTime)
      throws IOException, RulesException {
    this.file = file;
    this.options = options;
    this.nanoTime = nanoTime;
    this.nextLook = new AtomicLong(nanoTime.getAsLong() + INTERVAL_NANOS);
    this.stamp = Stamp.of(file);
    this.table = read();
  }

  /**
   * Reads the table for the first time.
   *
   * @param file in UTF-8, 64 MiB at most
   * @throws IOException when the file cannot be read
   * @throws RulesException when lines are wrong
   */
  public static AddressTableFile open(Path file, TableOptions options)
      throws IOException, RulesException {
    return open(file, options, System::nanoTime);
  }

  static AddressTableFile open(Path file, TableOptions options, LongSupplier nanoTime)
      throws IOException, RulesException {
    return new AddressTableFile(file, options, nanoTime);
  }

  @Override
  public Optional<Address> rewrite(Address address) {
    look();
    return table.rewrite(address);
  }

  private void look() {
    long now = nanoTime.getAsLong();
    long due = nextLook.get();
    if (now - due >= 0 && nextLook.compareAndSet(due, now + INTERVAL_NANOS)) {
      reload();
    }
  }

  private void reload() {
    try {
      Stamp current = Stamp.of(file);
      if (!current.equals(stamp)) {
        stamp = current;
        table = read();
        LOGGER.info("{}: read again, {} entries", file, table.size());
      }
    } catch (IOException | RulesException e) {
      warn(e);
    }
  }

  private void warn(Exception cause) {
    boolean gone = cause instanceof IOException;
    if (!gone || stamp.size >= 0) {
      LOGGER.warn("{}: the table stays as it was: {}", file, cause.toString());
    }
    if (gone) {
      stamp = new Stamp(FileTime.fromMillis(0), -1, "");
    }
  }

  private AddressTable read() throws IOException, RulesException {
    if (Files.size(file) > MOST_OCTETS) {
      throw new IOException(file + " is larger than " + MOST_OCTETS + " octets");
    }
    String text = new String(Files.readAllBytes(file), UTF_8);
    return AddressTable.read(file.toString(), text, options);
  }
}
