/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What came of reading a table. Immutable. */
public final class TableReading {
  private final KeyTable table;
  private final List<Remark> problems;
  private final List<Remark> warnings;
  private final FileStamps stamps;

  TableReading(KeyTable table, List<Remark> problems, List<Remark> warnings, FileStamps stamps) {
    this.table = table;
    this.problems = List.copyOf(problems);
    this.warnings = List.copyOf(warnings);
    this.stamps = stamps;
  }

  /** What could be read of it; not to be used where there are problems. */
  public KeyTable table() {
    return table;
  }

  /** All that is wrong, in the order of the file. */
  public List<Remark> problems() {
    return problems;
  }

  /** What should be looked at, likewise. */
  public List<Remark> warnings() {
    return warnings;
  }

  /** What was read, or should have been: the table and its keys. */
  public Set<Path> files() {
    return stamps.files();
  }

  /** Those files as they were before they were read. */
  FileStamps stamps() {
    return stamps;
  }

  /** Whether the table can be used. */
  public boolean isUsable() {
    return problems.isEmpty();
  }

  /** All problems, one a line. */
  public String complaint() {
    return problems.stream().map(Remark::toString).collect(Collectors.joining("\n"));
  }
}
