/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.posthouse.cli.DkimCommand;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;
import org.posthouse.signing.KeyTableReader;
import org.posthouse.signing.SigningDomain;
import org.posthouse.trial.SelfSigned;
import picocli.CommandLine;

/**
 * The shipped conf/ with an example of {@code doc/howto/chains} over it, and what the page tells an
 * administrator to make: keys, secrets, users.
 */
public final class ExampleHome {
  public static final Path EXAMPLES = Path.of("doc/howto/chains");
  static final String PASSWORD = ShippedHome.PASSWORD;

  private static final String TRUST = "trusted.p12";
  private static final Pattern SECRET_FILE = Pattern.compile("<secretFile>file://conf/([^<]+)<");
  private static final Pattern DOMAIN = Pattern.compile("<domain name=\"([^\"]+)\"");

  private final Path root;

  private ExampleHome(Path root) {
    this.root = root;
  }

  /** Only what is shipped. */
  static ExampleHome shipped(Path root) throws IOException {
    return new ExampleHome(ShippedHome.create(root));
  }

  public static ExampleHome of(Path root, String example) throws IOException {
    ExampleHome home = shipped(root);
    try (Stream<Path> files = Files.list(EXAMPLES.resolve(example))) {
      for (Path file : files.toList()) {
        Files.writeString(home.conf(file.getFileName().toString()), Files.readString(file));
      }
    }
    Matcher signed = DOMAIN.matcher(Files.readString(home.conf("dkim.xml")));
    while (signed.find()) {
      home.withKey(signed.group(1), "--selector", "posthouse");
    }
    return home.withSecrets();
  }

  /** Every file of a secret that the chains name. */
  public ExampleHome withSecrets() throws IOException {
    Matcher named = SECRET_FILE.matcher(Files.readString(conf("mailetcontainer.xml")));
    while (named.find()) {
      Path file = conf(named.group(1));
      Files.createDirectories(file.getParent());
      Files.writeString(file, "a secret that nobody else knows\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return this;
  }

  /** {@code posthouse dkim new}. */
  ExampleHome withKey(String domain, String... options) {
    List<String> words = new ArrayList<>(List.of("new", domain, "--home", root.toString()));
    words.addAll(List.of(options));
    StringWriter said = new StringWriter();
    int exitCode =
        new CommandLine(new DkimCommand())
            .setOut(new PrintWriter(said, true))
            .setErr(new PrintWriter(said, true))
            .execute(words.toArray(new String[0]));
    assertThat(exitCode).as(said.toString()).isZero();
    return this;
  }

  /** What the DNS is to publish of the keys, by name. */
  Map<String, String> keyRecords() {
    Map<String, String> records = new HashMap<>();
    KeyTableReader reader = new KeyTableReader(root.resolve("conf"), Clock.systemUTC());
    for (SigningDomain domain : reader.read(conf("dkim.xml")).table().domains()) {
      domain.keys().forEach(key -> records.put(key.recordName(domain.signs()), key.record()));
    }
    return records;
  }

  ExampleHome withUser(String name) throws IOException {
    new UserRegister(new UserFile(conf("users"))).add(UserName.of(name), "default", PASSWORD);
    return this;
  }

  public ExampleHome change(String file, UnaryOperator<String> change) throws IOException {
    Files.writeString(conf(file), change.apply(Files.readString(conf(file))));
    return this;
  }

  public Path root() {
    return root;
  }

  Path conf(String name) {
    return root.resolve("conf").resolve(name);
  }

  /** Options of a JVM that trusts these certificates and no others. */
  String[] trusting(List<SelfSigned> certificates) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (SelfSigned each : certificates) {
      String name = each.certificate().getSubjectX500Principal().getName();
      store.setCertificateEntry(name, each.certificate());
    }
    Path file = root.resolve(TRUST);
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    return new String[] {
      "-Djavax.net.ssl.trustStore=" + file,
      "-Djavax.net.ssl.trustStoreType=PKCS12",
      "-Djavax.net.ssl.trustStorePassword=changeit"
    };
  }
}
