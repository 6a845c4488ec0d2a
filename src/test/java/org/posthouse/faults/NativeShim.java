/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The preload shim and its probe, built by gcc from src/test/native. */
record NativeShim(Path library, Path probe) {
  /** Skips the test when there is no compiler. */
  static NativeShim build(Path directory) throws IOException {
    Tools.require("gcc");
    Path sources = sources();
    Path library = directory.resolve("unsynced.so");
    Path probe = directory.resolve("probe");
    List<String> shim = new ArrayList<>(List.of("-fPIC", "-shared", "-pthread"));
    try (Stream<Path> files = Files.list(sources.resolve("shim"))) {
      files.map(Path::toString).filter(name -> name.endsWith(".c")).forEach(shim::add);
    }
    compile(library, shim);
    compile(probe, List.of(sources.resolve("probe.c").toString()));
    return new NativeShim(library, probe);
  }

  private static Path sources() {
    return Path.of(System.getProperty("basedir", "."), "test", "native");
  }

  private static void compile(Path output, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-Wall", "-Wextra", "-Werror"));
    command.addAll(List.of("-o", output.toString()));
    command.addAll(arguments);
    command.add("-ldl");
    if (Tools.run(command) != 0) {
      throw new IOException("does not compile: " + String.join(" ", command));
    }
  }
}
