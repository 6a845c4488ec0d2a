/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;

/**
 * The sorted files of a store, each read alone, newest first. What a newer file deletes is still
 * seen in an older one; bodies in blob files are not seen at all.
 */
final class SortedFiles implements AutoCloseable {
  private record Sorted(String name, Table table, SstFileReader reader) {}

  private final Options options = new Options();
  private final ReadOptions readOptions = new ReadOptions();
  private final List<Sorted> files = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  SortedFiles(Path store) throws IOException {
    List<Path> all = new ArrayList<>(StoreFiles.list(store));
    Collections.reverse(all);
    for (Path file : all) {
      if (file.toString().endsWith(".sst")) {
        open(file);
      }
    }
  }

  private void open(Path file) {
    SstFileReader reader = new SstFileReader(options);
    try {
      reader.open(file.toString());
      byte[] family = reader.getTableProperties().getColumnFamilyName();
      for (Table table : Table.values()) {
        if (Arrays.equals(RocksTables.nameOf(table), family)) {
          files.add(new Sorted(file.getFileName().toString(), table, reader));
        }
      }
    } catch (RocksDBException e) {
      reader.close();
      problems.add(file.getFileName() + " cannot be opened: " + e.getMessage());
    }
  }

  /** What could not be read, for a person. */
  List<String> problems() {
    return problems;
  }

  void eachKey(Table table, Consumer<byte[]> keys) {
    for (Sorted file : files) {
      if (file.table() == table) {
        try (SstFileReaderIterator iterator = file.reader().newIterator(readOptions)) {
          int gaps = new SkippingWalk(iterator, iterator::key).each(keys);
          if (gaps > 0) {
            problems.add(
                file.name() + " (" + table + ") has " + gaps + " parts that cannot be read");
          }
        }
      }
    }
  }

  /** The newest value of a key in files other than those given; null when none has it. */
  byte @Nullable [] find(Table table, byte[] key, Set<String> except) {
    for (Sorted file : files) {
      if (file.table() == table && !except.contains(file.name())) {
        byte[] value = find(file, key);
        if (value != null && !(table.holdsLargeValues() && isPointer(value))) {
          return value;
        }
      }
    }
    return null;
  }

  private byte @Nullable [] find(Sorted file, byte[] key) {
    try (SstFileReaderIterator iterator = file.reader().newIterator(readOptions)) {
      iterator.seek(key);
      return iterator.isValid() && Arrays.equals(iterator.key(), key) ? iterator.value() : null;
    }
  }

  /**
   * A file that is read alone gives the pointer to a blob as if it were a value: type 1, then three
   * numbers of variable length and one octet. Nobody's mail begins so and ends so early.
   */
  private static boolean isPointer(byte[] value) {
    return value.length >= 5 && value.length <= 32 && value[0] == 1;
  }

  @Override
  public void close() {
    files.forEach(file -> file.reader().close());
    readOptions.close();
    options.close();
  }
}
