/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table of keys as its file has it now. A thread looks once a second at the file and those of the
 * keys, and reads them when they have changed and then stayed the same for a second, so that a file
 * half written is not taken for a wrong one. What is wrong then is logged once, and the table
 * before stays. Nobody who asks for the table ever waits.
 */
public final class KeyTableFile implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(KeyTableFile.class);

  private final Path file;
  private final KeyTableReader reader;
  private volatile @Nullable ScheduledExecutorService thread;
  private volatile KeyTable table;

  /** Only for the thread that looks. */
  private TableReading last;

  private FileStamps seen;

  /**
   * Begins with a table that was read; no thread runs before somebody asks for it.
   *
   * @param first usable
   */
  public KeyTableFile(Path file, KeyTableReader reader, TableReading first) {
    this.file = file;
    this.reader = reader;
    this.table = first.table();
    this.last = first;
    this.seen = first.stamps();
  }

  /** The table. */
  public KeyTable current() {
    if (thread == null) {
      start();
    }
    return table;
  }

  /** Something wrong with one of its keys. */
  Remark remark(TableKey key, String text) {
    String element = "<key selector=\"" + key.selector() + "\">";
    return new Remark(String.valueOf(file.getFileName()), key.line(), element, text);
  }

  private synchronized void start() {
    if (thread == null) {
      ScheduledExecutorService made =
          Executors.newSingleThreadScheduledExecutor(KeyTableFile::thread);
      ScheduledFuture<?> unused =
          made.scheduleWithFixedDelay(this::lookSafely, 1, 1, TimeUnit.SECONDS);
      thread = made;
    }
  }

  private static Thread thread(Runnable task) {
    Thread made = new Thread(task, "dkim-keys");
    made.setDaemon(true);
    return made;
  }

  private void lookSafely() {
    try {
      look();
    } catch (RuntimeException e) {
      LOGGER.error("The table of DKIM keys {} cannot be looked at", file, e); // and again later
    }
  }

  /** Looks at the files, and reads them when they have changed and settled. */
  synchronized void look() {
    FileStamps now = last.stamps().now();
    boolean settled = now.sameAs(seen);
    seen = now;
    if (!settled || now.sameAs(last.stamps())) {
      return;
    }
    TableReading next = reader.read(file);
    seen = next.stamps();
    tell(next);
    if (next.isUsable()) {
      table = next.table();
    }
    last = next;
  }

  private void tell(TableReading next) {
    if (!next.isUsable() && !next.complaint().equals(last.complaint())) {
      LOGGER.error(
          "The table of DKIM keys {} cannot be used, the one before stays:\n{}",
          file,
          next.complaint());
    }
    if (next.isUsable()) {
      next.warnings().stream()
          .filter(warning -> !last.warnings().contains(warning))
          .forEach(warning -> LOGGER.warn("{}", warning));
      LOGGER.info("The table of DKIM keys {} has changed and is in use", file);
    }
  }

  /** Ends the thread. Whoever asks for the table afterwards starts it anew: several may use it. */
  @Override
  public synchronized void close() {
    ScheduledExecutorService running = thread;
    if (running != null) {
      running.shutdownNow();
      thread = null;
    }
  }
}
