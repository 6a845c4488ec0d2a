/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.inject.Inject;
import javax.inject.Singleton;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.posthouse.signing.KeyTableFile;
import org.posthouse.signing.KeyTableReader;
import org.posthouse.signing.TableReading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of keys that the parameters {@code keyTable} name. However many mailets name one, it
 * is read, watched and warned of once.
 */
@Singleton // so that all mailets share them
public final class KeyTables {
  static final String PARAMETER = "keyTable";

  private static final Logger LOGGER = LoggerFactory.getLogger(KeyTables.class);

  private final Clock clock;
  private final Map<Path, KeyTableFile> inUse = new HashMap<>();
  private final Set<KeyTableFile> compared = new LinkedHashSet<>();

  /** None yet. */
  @Inject
  public KeyTables() {
    this(Clock.systemUTC());
  }

  /** The clock says which keys have expired. */
  KeyTables(Clock clock) {
    this.clock = clock;
  }

  /**
   * The table that a mailet names, which is read, and its warnings logged, unless another mailet
   * has it already.
   *
   * @throws MessagingException when it is missing or has something wrong
   */
  synchronized KeyTableFile open(Parameters parameters, FileSystem files)
      throws MessagingException {
    try {
      Path file = ConfigurationFile.locate(files, parameters.required(PARAMETER)).normalize();
      KeyTableFile known = inUse.get(file);
      return known == null ? read(parameters, files.getFile("file://conf/").toPath(), file) : known;
    } catch (FileNotFoundException e) {
      throw parameters.refusal(PARAMETER, String.valueOf(e.getMessage()));
    }
  }

  /** Its keys are to be compared with the DNS. */
  synchronized void compare(KeyTableFile table) {
    compared.add(table);
  }

  /** The tables whose keys a mailet compares with the DNS before they sign. */
  public synchronized List<KeyTableFile> compared() {
    return List.copyOf(compared);
  }

  private KeyTableFile read(Parameters parameters, Path conf, Path file) throws MessagingException {
    KeyTableReader reader = new KeyTableReader(conf, clock);
    TableReading first = reader.read(file);
    if (!first.isUsable()) {
      throw parameters.wrong(first.complaint());
    }
    first.warnings().forEach(each -> LOGGER.warn("<{}>: {}", PARAMETER, each));
    KeyTableFile made = new KeyTableFile(file, reader, first);
    inUse.put(file, made);
    return made;
  }
}
