/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.stock;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A stock James with our jar among its extensions, in a process of its own. */
final class StockServerProcess implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final int port;

  private StockServerProcess(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  static InputStream resource(String name) {
    return Objects.requireNonNull(
        StockServerProcess.class.getResourceAsStream("/stock/" + name), name);
  }

  /**
   * Starts it.
   *
   * @param home with conf/ and extensions-jars/
   * @param dns whom our jar asks; James' own DNS is that of its configuration
   */
  static StockServerProcess start(Path home, List<String> classPath, InetSocketAddress dns)
      throws Exception {
    Path source = home.resolve("StockServer.java");
    Files.copy(resource("StockServer.java"), source);
    Path log = home.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Ddns.server=127.0.0.1:" + dns.getPort(),
                "-Dlogback.configurationFile=" + home.resolve("conf/logback.xml"),
                "-cp",
                String.join(File.pathSeparator, classPath),
                source.toString(),
                home.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      if (line.startsWith("port ")) {
        Files.writeString(log, said);
        copy(output, log);
        return new StockServerProcess(process, log, Integer.parseInt(line.substring(5)));
      }
    }
    throw new AssertionError("the stock server ended:\n" + said);
  }

  private static void copy(BufferedReader output, Path log) {
    Thread thread =
        new Thread(
            () -> {
              try (var writer =
                  Files.newBufferedWriter(log, java.nio.file.StandardOpenOption.APPEND)) {
                output.transferTo(writer);
              } catch (IOException e) {
                // The process ended.
              }
            },
            "stock-log");
    thread.setDaemon(true);
    thread.start();
  }

  /** The jar as Maven packages it, from the classes that are tested. */
  static void writeJar(Path classes, Path jar) throws IOException {
    Files.createDirectories(jar.getParent());
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, zip);
      }
    }
  }

  int port() {
    return port;
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** It stops by itself once its input ends. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (process.waitFor(20, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
