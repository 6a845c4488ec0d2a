/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.io.IOException;
import java.nio.file.Path;
import org.posthouse.cli.ConsoleOutput;

/** Opens the store named by its argument, prints a line, and holds it until its input ends. */
@ConsoleOutput
final class StoreHolderProgram {
  private StoreHolderProgram() {}

  public static void main(String[] args) throws IOException {
    try (RocksSpool spool = OpenStores.at(Path.of(args[0]))) {
      System.out.println("open " + spool.nextId());
      System.in.read();
    }
  }
}
