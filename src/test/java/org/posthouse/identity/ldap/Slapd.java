/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.ldap;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.posthouse.faults.Tools;
import org.posthouse.identity.OpensslAuthority;
import org.posthouse.trial.FreePort;

/** OpenLDAP's server on loopback, with TLS, some people and their groups. */
public final class Slapd implements AutoCloseable {
  static final String SUFFIX = "dc=example,dc=org";
  static final String SEARCHER = "cn=posthouse," + SUFFIX;
  public static final String SEARCHER_PASSWORD = "let me search";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path directory;
  private final int port;
  private final int tlsPort;
  private @Nullable Process process;

  private Slapd(Path directory, int port, int tlsPort) {
    this.directory = directory;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /** Fills a new directory and starts. */
  public static Slapd start(Path directory, OpensslAuthority authority) throws IOException {
    Tools.require("slapd", "slapadd");
    authority.issue("slapd", "/CN=localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1");
    Slapd made = new Slapd(directory, FreePort.next(), FreePort.next());
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(directory.resolve("slapd.conf"), made.configuration(authority));
    try (var data = Objects.requireNonNull(Slapd.class.getResourceAsStream("/ldap/people.ldif"))) {
      Files.copy(data, directory.resolve("people.ldif"));
    }
    Path conf = directory.resolve("slapd.conf");
    String people = directory.resolve("people.ldif").toString();
    if (Tools.run(List.of("slapadd", "-f", conf.toString(), "-l", people)) != 0) {
      throw new IOException("slapadd failed");
    }
    made.start();
    return made;
  }

  private String configuration(OpensslAuthority authority) {
    return """
        include ROOT/etc/ldap/schema/core.schema
        include ROOT/etc/ldap/schema/cosine.schema
        include ROOT/etc/ldap/schema/inetorgperson.schema
        attributetype ( 1.3.6.1.4.1.55555.1 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch
          SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
        objectclass ( 1.3.6.1.4.1.55555.2 NAME 'exchanging' SUP top AUXILIARY MAY proxyAddresses )
        pidfile DIR/slapd.pid
        modulepath ROOT/usr/lib/ldap
        moduleload back_mdb
        moduleload memberof
        TLSCACertificateFile CA
        TLSCertificateFile CERTIFICATE
        TLSCertificateKeyFile KEY
        disallow bind_anon
        database mdb
        suffix "SUFFIX"
        rootdn "cn=root,SUFFIX"
        directory DIR/data
        overlay memberof
        access to attrs=userPassword by anonymous auth by * none
        access to dn.subtree="ou=people,SUFFIX"
          by dn.exact="cn=posthouse,SUFFIX" read by self read by * none
        access to * by dn.exact="cn=posthouse,SUFFIX" read by * none
        """
        .replace("ROOT", root())
        .replace("DIR", directory.toString())
        .replace("CA\n", authority.certificate() + "\n")
        .replace("CERTIFICATE", authority.file("slapd.pem").toString())
        .replace("KEY", authority.file("slapd.key").toString())
        .replace("SUFFIX", SUFFIX);
  }

  /** Where the package is unpacked: beside its program when {@code ./posthouse test} did it. */
  private static String root() {
    return Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(each -> Files.isExecutable(each.resolve("slapd")))
        .findFirst()
        .map(each -> each.resolveSibling("root").normalize())
        .filter(Files::isDirectory)
        .map(Path::toString)
        .orElse("");
  }

  /** Starts it again. */
  public void start() throws IOException {
    process =
        new ProcessBuilder(
                "slapd",
                "-d",
                "0",
                "-f",
                directory.resolve("slapd.conf").toString(),
                "-h",
                "ldap://127.0.0.1:" + port + " ldaps://127.0.0.1:" + tlsPort)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("slapd.log").toFile())
            .start();
    Awaitility.await().atMost(PATIENCE).until(() -> listens(port) && listens(tlsPort));
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Stops this process, and no other. */
  public void stop() {
    if (process != null) {
      process.destroy();
      process.onExit().join();
    }
  }

  /** Sends a signal by name, such as STOP, to this process. */
  void signal(String name) throws IOException {
    Tools.run(List.of("kill", "-" + name, Long.toString(Objects.requireNonNull(process).pid())));
  }

  public String url() {
    return "ldap://localhost:" + port;
  }

  String tlsUrl() {
    return "ldaps://localhost:" + tlsPort;
  }

  @Override
  public void close() throws IOException {
    if (process != null && process.isAlive()) {
      signal("CONT");
    }
    stop();
  }
}
