/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

/** Stores that earlier builds wrote are read, octet by octet. */
class StoredFormatTest {
  @TempDir Path directory;

  @Test
  void storeOfFormatOneShouldBeRead() throws IOException {
    unpack("/spool/format-1.zip");
    try (RocksSpool spool = OpenStores.at(directory)) {
      Queues queues = new Queues(spool, Clock.systemUTC());
      assertThat(queues.queueNames()).containsExactlyInAnyOrder("spool", "outgoing");
      DueQueue outgoing = queues.queue("outgoing");
      expect(queues, take(queues.queue("spool")), "plain", "sender@example.org", 5, "body\r\n");
      expect(queues, take(outgoing), "bounce", "", 9, "");
      String large = "x".repeat(StoredFormatProgram.LARGE);
      expect(queues, take(outgoing), "large", "a@example.org", 0, large);
      Repository kept = queues.repository("file://var/mail/error/");
      assertThat(kept.keys("", 10)).containsExactly("kept");
      SpoolId id = kept.find("kept").orElseThrow();
      expect(queues, id, "kept", "b@example.org", 5, "kept body");
      assertThat(OpenStores.count(spool, Table.ASIDE)).isEqualTo(1);
      assertThat(queues.nextId()).isGreaterThan(id);
    }
  }

  private static SpoolId take(DueQueue queue) {
    return queue.take().orElseThrow().id();
  }

  private static void expect(
      Queues queues, SpoolId id, String name, String reversePath, int priority, String body)
      throws IOException {
    QueuedMail mail = queues.entries().find(id).orElseThrow();
    assertThat(mail.name()).isEqualTo(name);
    assertThat(mail.reversePath()).isEqualTo(reversePath);
    assertThat(mail.priority()).isEqualTo(priority);
    assertThat(mail.stored()).isEqualTo(StoredFormatProgram.NOW);
    assertThat(mail.recipients())
        .extracting(Recipient::address)
        .containsExactly("one@example.com", "two@example.net");
    assertThat(queues.entries().content(id)).isEqualTo(StoredFormatProgram.content(name));
    assertThat(octets(queues, mail.body())).asString(StandardCharsets.US_ASCII).isEqualTo(body);
  }

  private static byte[] octets(Queues queues, BodyRef body) throws IOException {
    return body == null ? new byte[0] : queues.spool().open(body).readAllBytes();
  }

  private void unpack(String resource) throws IOException {
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(resource));
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Files.copy(zip, directory.resolve(entry.getName()));
      }
    }
  }
}
