/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * A damaged store, read as far as it can be; its files are not changed. A value comes from the
 * database if that can read it, else from any file that has it. Keys stand in memory (some 100
 * octets a record); values do not. Used by one thread.
 */
public final class DamagedSpool extends UnwritableSpool {
  /** Tables whose records are worth having from a file that the index does not know. */
  private static final Set<Table> IN_FILES =
      EnumSet.of(Table.META, Table.ENVELOPE, Table.CONTENT, Table.RECIPIENT, Table.BODY);

  private static final Set<Table> OF_ENTRIES =
      EnumSet.of(Table.ENVELOPE, Table.CONTENT, Table.RECIPIENT);

  private final DamagedDatabase database;
  private final StoreLogs logs;
  private final SortedFiles files;
  private final BlobFiles blobs;
  private final Set<String> indexed;
  private final List<String> problems = new ArrayList<>();
  private final Set<SpoolId> doubtful = new HashSet<>();
  private final Map<Table, NavigableSet<byte[]>> keys = new EnumMap<>(Table.class);

  private boolean hasGaps;

  private DamagedSpool(DamagedDatabase database, StoreLogs logs, Path store) throws IOException {
    this.database = database;
    this.logs = logs;
    this.files = new SortedFiles(store);
    this.blobs = new BlobFiles(store);
    this.indexed = database.files();
    problems.add(database.how());
    logs.with(LogFile.Verdict.TORN).forEach(log -> problems.add(log.describe()));
    logs.with(LogFile.Verdict.DAMAGED)
        .forEach(log -> problems.add(database.asRead(log).describe()));
  }

  /**
   * Opens what is left of a store.
   *
   * @param scratch an existing directory that has room for a copy of the store
   * @throws IOException when not even the files can be listed
   */
  public static DamagedSpool open(Path store, Path scratch) throws IOException {
    RocksDB.loadLibrary();
    StoreLogs logs = StoreLogs.scan(store);
    return new DamagedSpool(DamagedDatabase.open(store, logs, scratch), logs, store);
  }

  /** How many logs are damaged; what was only in their unreadable parts is lost without a trace. */
  public int damagedLogs() {
    return logs.with(LogFile.Verdict.DAMAGED).size();
  }

  /** Octets of damaged logs that cannot be read. */
  public long unreadableOctets() {
    return database.unread();
  }

  /** Whether something is missing or could not be read: what was only there is not even known. */
  public boolean hasGaps() {
    return hasGaps || database.isLacking();
  }

  /** What was found damaged, for a person; the first says how the store was opened. */
  public List<String> problems() {
    List<String> all = new ArrayList<>(problems);
    all.addAll(files.problems());
    return all;
  }

  /**
   * Whether something of the entry came from a file that the index does not know: the entry may
   * have been deleted since, its mail delivered.
   */
  public boolean isDoubtful(SpoolId id) {
    return doubtful.contains(id);
  }

  @Override
  public byte @Nullable [] get(Table table, byte[] key) {
    RocksDBException failure = null;
    try {
      byte[] value = database.get(table, key);
      if (value != null) {
        return value;
      }
    } catch (RocksDBException e) {
      failure = e;
    }
    if (OF_ENTRIES.contains(table) && database.isGone(Keys.entry(key))) {
      return null;
    }
    byte[] value = inFiles(table, key, failure == null ? indexed : Set.of());
    if (value == null && failure != null) {
      throw new SpoolException.Unreadable(
          "a record of " + table + " cannot be read: " + failure.getMessage(), failure);
    }
    if (value != null && failure == null && OF_ENTRIES.contains(table)) {
      doubtful.add(Keys.entry(key));
    }
    return value;
  }

  private byte @Nullable [] inFiles(Table table, byte[] key, Set<String> except) {
    if (!IN_FILES.contains(table)) {
      return null;
    }
    try {
      byte[] blob = table == Table.BODY ? blobs.find(key) : null;
      return blob == null ? files.find(table, key, except) : blob;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The entries of which a table has a record, readable or not. */
  public Set<SpoolId> ids(Table table) {
    Set<SpoolId> ids = new TreeSet<>();
    for (byte[] key : keys(table)) {
      SpoolId id = Keys.entry(key);
      if (!ids.contains(id) && isThere(table, key)) {
        ids.add(id);
      }
    }
    return ids;
  }

  private boolean isThere(Table table, byte[] key) {
    try {
      return get(table, key) != null;
    } catch (SpoolException.Unreadable e) {
      return true;
    }
  }

  private NavigableSet<byte[]> keys(Table table) {
    return keys.computeIfAbsent(table, this::readKeys);
  }

  private NavigableSet<byte[]> readKeys(Table table) {
    NavigableSet<byte[]> all = new TreeSet<>(Arrays::compareUnsigned);
    int gaps = database.eachKey(table, all::add);
    if (gaps > 0) {
      hasGaps = true;
      problems.add("table " + table + " has " + gaps + " parts that cannot be read");
    }
    if (IN_FILES.contains(table)) {
      files.eachKey(table, all::add);
    }
    return all;
  }

  /** Walks over what can be read; what cannot is passed over. */
  @Override
  public Cursor scan(Table table, byte[] from, byte[] to) {
    NavigableSet<byte[]> range = keys(table).tailSet(from, true);
    return new Walk(table, to.length == 0 ? range : range.headSet(to, false));
  }

  @Override
  public void close() {
    files.close();
    try {
      database.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Walk implements Cursor {
    private final Table table;
    private final Iterator<byte[]> rest;
    private byte[] key = new byte[0];
    private byte[] value = new byte[0];

    Walk(Table table, Set<byte[]> range) {
      this.table = table;
      this.rest = range.iterator();
    }

    @Override
    public boolean next() {
      while (rest.hasNext()) {
        key = rest.next();
        byte[] found = read();
        if (found != null) {
          value = found;
          return true;
        }
      }
      return false;
    }

    private byte @Nullable [] read() {
      try {
        return get(table, key);
      } catch (SpoolException.Unreadable e) {
        return null;
      }
    }

    @Override
    public byte[] key() {
      return key;
    }

    @Override
    public byte[] value() {
      return value;
    }

    @Override
    public void close() {}
  }
}
