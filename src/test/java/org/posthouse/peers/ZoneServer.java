/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.posthouse.acceptance.PrivateNetwork;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Name;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** NSD with the zones of a test, at the address that the namespaces take for their name server. */
final class ZoneServer implements AutoCloseable {
  private static final String CONFIGURATION =
      """
      server:
        ip-address: @ADDRESS@
        username: ""
        database: ""
        server-count: 1
        zonesdir: "@DIRECTORY@"
        pidfile: "@DIRECTORY@/pid"
        zonelistfile: "@DIRECTORY@/zone.list"
        xfrdfile: "@DIRECTORY@/xfrd.state"
        xfrdir: "@DIRECTORY@"
        zonefiles-check: yes
      remote-control:
        control-enable: no
      """;

  private final Path directory;
  private final Daemon daemon;
  private final Map<String, Integer> serials = new LinkedHashMap<>();

  private ZoneServer(Path directory, Map<String, String> zones) throws IOException {
    this.directory = directory;
    StringBuilder configuration =
        new StringBuilder(
            CONFIGURATION
                .replace("@ADDRESS@", PrivateNetwork.NAME_SERVER)
                .replace("@DIRECTORY@", directory.toString()));
    for (Map.Entry<String, String> zone : zones.entrySet()) {
      String name = zone.getKey();
      configuration.append("zone:\n  name: ").append(name).append("\n  zonefile: ");
      configuration.append(name).append('\n');
      if (!zone.getValue().isEmpty()) {
        write(name, zone.getValue());
      }
    }
    Path file = directory.resolve("nsd.conf");
    Files.writeString(file, configuration);
    this.daemon =
        Daemon.start(directory.resolve("output"), List.of("nsd", "-d", "-c", file.toString()))
            .awaitListening(PrivateNetwork.NAME_SERVER, 53);
  }

  /**
   * Starts it.
   *
   * @param zones the records of each zone by its name; of one without any nothing can be said, so
   *     the answer is SERVFAIL
   */
  static ZoneServer start(Map<String, String> zones) throws IOException {
    return new ZoneServer(Grounds.directory("nsd"), zones);
  }

  private int write(String zone, String records) throws IOException {
    int serial = serials.merge(zone, 1, Integer::sum);
    String text =
        String.format(
            Locale.ROOT,
            "$ORIGIN %s.\n$TTL 60\n@ SOA ns postmaster %d 3600 600 86400 60\n@ NS ns\nns A %s\n%s",
            zone,
            serial,
            PrivateNetwork.NAME_SERVER,
            records);
    Files.writeString(directory.resolve(zone), text);
    return serial;
  }

  /** Puts other records in the place of a zone's, and waits until they are served. */
  void publish(String zone, String records) throws IOException {
    int serial = write(zone, records);
    daemon.signal("HUP");
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> served(zone) == serial);
  }

  private static long served(String zone) throws IOException {
    Lookup lookup = new Lookup(Name.fromString(zone + "."), Type.SOA);
    lookup.setResolver(new SimpleResolver(PrivateNetwork.NAME_SERVER));
    lookup.setCache(null);
    Object[] found = lookup.run();
    return found == null ? -1 : ((SOARecord) Objects.requireNonNull(found[0])).getSerial();
  }

  @Override
  public void close() {
    daemon.close();
  }
}
