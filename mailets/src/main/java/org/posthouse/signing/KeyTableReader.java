/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import javax.xml.stream.XMLStreamException;

/** Reads a table of keys, conf/dkim.xml, and says all that is wrong with it at once. */
public final class KeyTableReader {
  private static final int MOST_OCTETS = 4 << 20;

  private final Path conf;
  private final Clock clock;

  /**
   * Reads tables of that directory.
   *
   * @param conf files of keys are relative to this
   * @param clock says which keys have expired
   */
  public KeyTableReader(Path conf, Clock clock) {
    this.conf = conf;
    this.clock = clock;
  }

  /** Reads a table and its keys; whatever is wrong, a missing file too, is in what comes of it. */
  public TableReading read(Path file) {
    Remarks remarks = new Remarks(String.valueOf(file.getFileName()));
    FileStamps files = new FileStamps();
    files.add(file);
    KeyReader keys = new KeyReader(conf, remarks, files);
    DomainsReader domains = new DomainsReader(keys, remarks, clock.instant());
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(MOST_OCTETS + 1);
      if (octets.length > MOST_OCTETS) {
        remarks.problem(0, "it is longer than 4 MiB");
      } else {
        domains.read(XmlFile.parse(octets));
      }
    } catch (IOException e) {
      remarks.problem(0, KeyReader.text(file, e));
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
      remarks.problem(line, XmlFile.text(e));
    }
    return new TableReading(
        new KeyTable(domains.domains()), remarks.problems(), remarks.warnings(), files);
  }
}
