/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A scratch home for a server under test. */
public final class RelayHome {
  private static final List<String> FILES =
      List.of("smtpserver.xml", "mailetcontainer.xml", "domainlist.xml", "dnsservice.xml");

  private RelayHome() {}

  /**
   * Fills a directory with the smallest configuration that relays everything to one host.
   *
   * @param home an existing directory
   * @param sinkPort where the next host listens on 127.0.0.1
   */
  public static Path create(Path home, int sinkPort) throws IOException {
    Path conf = Files.createDirectories(home.resolve("conf"));
    for (String file : FILES) {
      write(conf.resolve(file), "/relay/conf/" + file, Map.of("@SINK_PORT@", "" + sinkPort));
    }
    TestCertificate.writeShared(Files.createDirectories(conf.resolve("tls")));
    return home;
  }

  /** Copies a test resource, replacing what the map's keys name. */
  public static void write(Path target, String resource, Map<String, String> replacements)
      throws IOException {
    try (InputStream in = RelayHome.class.getResourceAsStream(resource)) {
      String text =
          new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> replacement : replacements.entrySet()) {
        text = text.replace(replacement.getKey(), replacement.getValue());
      }
      Files.writeString(target, text);
    }
  }
}
