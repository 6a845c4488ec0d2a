/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.posthouse.acceptance.RelayHome;

/**
 * Where the JVMs that tests start have their classes from: an archive of those that a server loads
 * (JEP 350), made by the first that is started. Without it, loading them is most of what a start
 * costs, and the suite has some two hundred. An archive is of jars only, so directories become
 * such.
 */
public final class SharedClasses {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("java.io.tmpdir"), "shared-classes");
  private static final Path ARCHIVE = DIRECTORY.resolve("server.jsa");
  private static final String TESTS = "test-classes";
  private static final int SECONDS = 60;

  private static boolean tried;

  private SharedClasses() {}

  /** Options of a JVM with the server's classes; behind them is its main class. */
  public static List<String> ofServer() {
    return options(classPath());
  }

  /** The same with the tests' classes. */
  public static List<String> ofTests() {
    String tests =
        entries().filter(SharedClasses::areTests).collect(Collectors.joining(File.pathSeparator));
    return options(classPath() + File.pathSeparator + tests);
  }

  private static List<String> options(String classPath) {
    List<String> options = new ArrayList<>();
    if (isArchived()) {
      options.add("-XX:SharedArchiveFile=" + ARCHIVE);
    }
    options.addAll(List.of("-cp", classPath));
    return options;
  }

  /** An archive is for class paths that begin with that which it was made with. */
  private static String classPath() {
    return entries()
        .filter(entry -> !areTests(entry))
        .map(entry -> Files.isDirectory(Path.of(entry)) ? jar(Path.of(entry)) : entry)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> entries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator));
  }

  private static boolean areTests(String entry) {
    return entry.endsWith(TESTS);
  }

  private static synchronized String jar(Path classes) {
    String name = classes.toAbsolutePath().toString().replace(File.separatorChar, '-') + ".jar";
    Path jar = DIRECTORY.resolve(name.substring(1));
    if (!Files.exists(jar)) {
      try {
        Files.createDirectories(DIRECTORY);
        Path part = Files.createTempFile(DIRECTORY, "classes", ".part");
        write(part, classes);
        Files.move(part, jar);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return jar.toString();
  }

  private static void write(Path jar, Path classes) throws IOException {
    try (OutputStream octets = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(octets);
        Stream<Path> files = Files.walk(classes)) {
      zip.setLevel(0);
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
        zip.putNextEntry(new ZipEntry(name));
        Files.copy(file, zip);
      }
    }
  }

  /** The JVMs of a test's JVM have what that one has, or nothing. */
  private static synchronized boolean isArchived() {
    if (!tried && TemporaryFiles.areRemoved() && !Files.exists(ARCHIVE)) {
      try {
        archive();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    tried = true;
    return Files.exists(ARCHIVE);
  }

  private static void archive() throws IOException, InterruptedException {
    Path home = RelayHome.create(DIRECTORY.resolve("home"), 1);
    Path part = DIRECTORY.resolve("server.part");
    Path log = DIRECTORY.resolve("log");
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ArchiveClassesAtExit=" + part,
                TemporaryFiles.jvmOption(),
                "-cp",
                classPath(),
                "org.posthouse.server.Main",
                "run",
                "--home",
                home.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      while (server.isAlive() && !isReady(log) && System.nanoTime() < end) {
        Thread.sleep(50);
      }
      server.destroy();
      if (server.waitFor(SECONDS, TimeUnit.SECONDS) && Files.exists(part)) {
        Files.move(part, ARCHIVE);
      } else {
        throw new IOException("no archive of classes was made: " + Files.readString(log));
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private static boolean isReady(Path log) throws IOException {
    return Files.exists(log) && Files.readString(log).contains(" ready: ");
  }
}
