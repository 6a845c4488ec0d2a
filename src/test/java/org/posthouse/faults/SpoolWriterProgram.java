/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;
import org.posthouse.cli.ConsoleOutput;
import org.posthouse.spool.Batch;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.Durability;
import org.posthouse.spool.Keys;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolConfiguration;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

/**
 * Commits to a store from several threads without end and prints a line after each commit that is
 * complete: {@code kept ID} for an entry with a body, {@code gone ID} for its removal. It waits to
 * be killed.
 */
@ConsoleOutput
final class SpoolWriterProgram {
  private static final int THREADS = 8;

  private final Spool spool;
  private final PrintStream out;

  private SpoolWriterProgram(Spool spool, PrintStream out) {
    this.spool = spool;
    this.out = out;
  }

  /** Arguments: the directory of the store, a seed. */
  public static void main(String[] args) {
    Spool spool =
        RocksSpool.open(SpoolConfiguration.in(Path.of(args[0])).withReserve(0), Clock.systemUTC());
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
    SpoolWriterProgram program = new SpoolWriterProgram(spool, out);
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(Long.parseLong(args[1]) * THREADS + i);
      new Thread(() -> program.write(random), "writer-" + i).start();
    }
  }

  /** The octets of an entry's body, made from its id, so that whoever reads it can compare. */
  static byte[] body(SpoolId id) {
    Random random = new Random(id.value());
    int kind = random.nextInt(20);
    byte[] octets = new byte[kind == 0 ? 2_500_000 : kind < 3 ? 100_000 : random.nextInt(8000)];
    random.nextBytes(octets);
    return octets;
  }

  private void write(Random random) {
    while (true) {
      SpoolId id = spool.nextId();
      BodyRef body = keep(id);
      say("kept " + id);
      if (random.nextInt(3) == 0) {
        say("going " + id);
        Batch removal = new Batch().delete(Table.CONTENT, Keys.entry(id)).release(body, id);
        spool.commit(removal, Durability.SYNCED).join();
        say("gone " + id);
      }
    }
  }

  private BodyRef keep(SpoolId id) {
    byte[] octets = body(id);
    Batch batch = new Batch().asIntake();
    try {
      BodyRef body = spool.write(batch, new ByteArrayInputStream(octets), octets.length);
      byte[] reference = ByteBuffer.allocate(12).putLong(body.id()).putInt(body.chunks()).array();
      batch.put(Table.CONTENT, Keys.entry(id), reference).hold(body, id);
      spool.commit(batch, Durability.SYNCED).join();
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One write per line: a line that is cut off by the kill counts as not said. */
  private void say(String line) {
    byte[] octets = (line + "\n").getBytes(StandardCharsets.US_ASCII);
    synchronized (out) {
      out.write(octets, 0, octets.length);
      out.flush();
    }
  }
}
