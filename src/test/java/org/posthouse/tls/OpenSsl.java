/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.posthouse.faults.Tools;

/** Keys and certificates, and a client, by the program openssl. */
final class OpenSsl {
  static final String EC = "ec:prime256v1";
  static final String RSA = "rsa:2048";

  private static final String CONFIG =
      """
      [ca]
      default_ca = own
      [own]
      database = ca/index
      new_certs_dir = ca
      serial = ca/serial
      default_md = sha256
      policy = any
      [any]
      commonName = supplied
      """;

  private final Path directory;

  OpenSsl(Path directory) {
    this.directory = directory;
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Runs it in the directory, nothing on its standard input; fails with its output. */
  String run(String... arguments) throws IOException, InterruptedException {
    Result result = attempt("", arguments);
    if (result.exitCode() != 0) {
      throw new AssertionError(Arrays.toString(arguments) + ": " + result.output());
    }
    return result.output();
  }

  /** What a command ended with, and what it wrote to both outputs. */
  record Result(int exitCode, String output) {}

  Result attempt(String input, String... arguments) throws IOException, InterruptedException {
    Tools.require("openssl");
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  /** What a client shows of a session with a loopback port; it says nothing and ends at once. */
  Result client(int port, String... options) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("s_client", "-connect", "127.0.0.1:" + port));
    all.addAll(List.of(options));
    return attempt("", all.toArray(String[]::new));
  }

  private static String[] newKey(String kind) {
    String[] parts = kind.split(":", -1);
    return parts[0].equals("ec")
        ? new String[] {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:" + parts[1]}
        : new String[] {"-newkey", kind};
  }

  /** A self-signed authority: NAME.key and NAME.pem. */
  void authority(String name) throws IOException, InterruptedException {
    request(name, EC, "-x509", "-days", "30", "-out", name + ".pem");
  }

  private void request(String name, String kind, String... more)
      throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(List.of("req", "-nodes", "-subj", "/CN=" + name, "-keyout", name + ".key"));
    all.addAll(List.of(newKey(kind)));
    all.addAll(List.of(more));
    run(all.toArray(String[]::new));
  }

  /**
   * NAME.key, NAME.pem and NAME.fullchain.pem.
   *
   * @param names of hosts, separated by commas; empty for a client's
   * @param begin and end are days from now
   */
  void issue(String authority, String name, String kind, String names, int begin, int end)
      throws IOException, InterruptedException {
    request(name, kind, "-out", name + ".csr");
    String usage =
        names.isEmpty()
            ? "extendedKeyUsage=clientAuth"
            : "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:" + names.replace(",", ",DNS:");
    Files.writeString(file(name + ".ext"), usage + "\n");
    Files.createDirectories(file("ca"));
    Files.writeString(file("ca/index"), "");
    Files.writeString(file("ca/index.attr"), "unique_subject = no\n");
    Files.writeString(file("ca/config"), CONFIG);
    run(
        "ca",
        "-batch",
        "-config",
        "ca/config",
        "-create_serial",
        "-cert",
        authority + ".pem",
        "-keyfile",
        authority + ".key",
        "-in",
        name + ".csr",
        "-out",
        name + ".pem",
        "-notext",
        "-extfile",
        name + ".ext",
        "-startdate",
        date(begin),
        "-enddate",
        date(end));
    Files.writeString(
        file(name + ".fullchain.pem"),
        Files.readString(file(name + ".pem")) + Files.readString(file(authority + ".pem")));
    Files.setPosixFilePermissions(
        file(name + ".key"), PosixFilePermissions.fromString("rw-------"));
  }

  private static String date(int days) {
    return DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT)
        .withZone(ZoneOffset.UTC)
        .format(Instant.now().plus(days, ChronoUnit.DAYS));
  }
}
