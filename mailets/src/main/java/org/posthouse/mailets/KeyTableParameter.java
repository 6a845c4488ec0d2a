/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.time.Clock;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.posthouse.signing.KeyTableFile;
import org.posthouse.signing.KeyTableReader;
import org.posthouse.signing.TableReading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of keys that the parameter {@code keyTable} names. */
final class KeyTableParameter {
  static final String NAME = "keyTable";

  private static final Logger LOGGER = LoggerFactory.getLogger(KeyTableParameter.class);

  private KeyTableParameter() {}

  /**
   * Reads it, and logs its warnings.
   *
   * @throws MessagingException when it is missing or has something wrong
   */
  static KeyTableFile open(Parameters parameters, FileSystem files, Clock clock)
      throws MessagingException {
    try {
      Path file = ConfigurationFile.locate(files, parameters.required(NAME));
      Path conf = files.getFile("file://conf/").toPath();
      KeyTableReader reader = new KeyTableReader(conf, clock);
      TableReading first = reader.read(file);
      if (!first.isUsable()) {
        throw parameters.wrong(first.complaint());
      }
      first.warnings().forEach(each -> LOGGER.warn("<{}>: {}", NAME, each));
      return new KeyTableFile(file, reader, first);
    } catch (FileNotFoundException e) {
      throw parameters.refusal(NAME, String.valueOf(e.getMessage()));
    }
  }
}
