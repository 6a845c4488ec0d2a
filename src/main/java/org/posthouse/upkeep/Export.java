/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.upkeep;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.posthouse.james.queue.StoredContent;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Queues;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.Keys;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes entries as files: the message as {@code QUEUEID-ENTRY.eml}, octet by octet, and its
 * envelope as {@code ID.json}. Of an entry that is damaged it writes what can be read.
 */
final class Export {
  private static final Logger LOGGER = LoggerFactory.getLogger(Export.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Queues queues;
  private final Path directory;
  private final boolean created;

  /** Creates the directory where there is none, closed to all but the owner. */
  Export(Queues queues, Path directory) throws IOException {
    this.queues = queues;
    this.directory = directory;
    this.created = !Files.isDirectory(directory);
    if (created) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** Removes the directory again if it was made for this export and nothing stands in it. */
  void undoDirectory() {
    try {
      if (created) {
        Files.deleteIfExists(directory);
      }
    } catch (IOException e) {
      // Something was exported, or the directory cannot be removed: what failed is told anyway.
      LOGGER.debug("{} stays", directory, e);
    }
  }

  ReadEntry read(Contents.Found found) {
    return ReadEntry.of(found, queues.entries());
  }

  /**
   * Writes an entry.
   *
   * @return whether all of it could be read
   */
  boolean write(Contents.Found found, ReadEntry entry) throws IOException {
    Optional<StoredContent> content = entry.content().filter(StoredContent::hasMessage);
    Optional<BodyRef> body = entry.entry().map(QueuedMail::body);
    String name = name(found, entry);
    if (content.isPresent() || body.isPresent()) {
      try (OutputStream out = create(name + ".eml")) {
        out.write(content.map(StoredContent::header).orElse(new byte[0]));
        if (body.isPresent()) {
          writeBody(entry, body.get(), out);
        }
      }
    }
    try (OutputStream out = create(name + ".json")) {
      out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(entry.view()));
      out.write('\n');
    }
    return entry.problems().isEmpty();
  }

  /** First the id that the log and the client know; entries of one mail share it. */
  private static String name(Contents.Found found, ReadEntry entry) {
    String own = found.id().toString();
    String told = entry.view().queueId();
    return told == null || told.equals(own) || !told.matches("\\w{1,40}") ? own : told + "-" + own;
  }

  private void writeBody(ReadEntry entry, BodyRef body, OutputStream out) throws IOException {
    for (int i = 0; i < body.chunks(); i++) {
      String part = "body, octets from " + (long) i * BodyRef.CHUNK;
      try {
        byte[] chunk = queues.spool().get(Table.BODY, Keys.chunk(body.id(), i));
        if (chunk == null) {
          entry.problem(part + ": missing");
        } else {
          out.write(chunk);
        }
      } catch (SpoolException e) {
        entry.problem(part + ": " + e.getMessage());
      }
    }
  }

  private OutputStream create(String name) throws IOException {
    return Files.newOutputStream(
        directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }
}
