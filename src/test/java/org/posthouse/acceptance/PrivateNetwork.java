/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.posthouse.SharedClasses;
import org.posthouse.TemporaryFiles;

/**
 * Two network namespaces of our own, joined by a cable: in one the test class with its clients,
 * sink and name server, in the other the relay. All ports are free there, and a client is not on
 * loopback.
 *
 * <p>A JVM cannot change its namespace, so the class runs in a child JVM. The namespaces and every
 * process in them end with that child.
 */
public final class PrivateNetwork {
  public static final String RELAY = "192.0.2.1";
  public static final String STRANGER = "192.0.2.10";
  public static final String SINK = "192.0.2.25";
  public static final String NAME_SERVER = "192.0.2.53";
  public static final String RELAY_V6 = "fd00:db8::1";
  public static final String STRANGER_V6 = "fd00:db8::10";

  private static final String RELAY_NAMESPACE = "posthouse.test.relay.namespace";
  private static final String SCRIPT =
      String.format(
          Locale.ROOT,
          """
      set -e
      mount --bind "$1/resolv.conf" /etc/resolv.conf
      shift
      ip link set lo up
      unshare --net sleep 3600 &
      relay=$!
      until [ "$(readlink /proc/$relay/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done
      ip link add world type veth peer name relay netns $relay
      for address in %s/24 %s/24 %s/24; do ip address add $address dev world; done
      ip -6 address add %s/64 dev world nodad
      ip link set world up
      nsenter --net=/proc/$relay/ns/net sh -ec '
        ip link set lo up
        ip address add %s/24 dev relay
        ip -6 address add %s/64 dev relay nodad
        ip link set relay up'
      java=$1
      shift
      "$java" -D%s=/proc/$relay/ns/net "$@"
      """,
          STRANGER,
          SINK,
          NAME_SERVER,
          STRANGER_V6,
          RELAY,
          RELAY_V6,
          RELAY_NAMESPACE);

  private PrivateNetwork() {}

  /** What goes before a command so that it runs in the relay's namespace. */
  public static List<String> inRelaysNamespace() {
    return List.of("nsenter", "--net=" + System.getProperty(RELAY_NAMESPACE));
  }

  /** Runs a test class inside; each of its tests becomes one here. */
  public static Stream<DynamicTest> run(Class<?> inside, Path directory) throws Exception {
    requireRoot();
    Files.writeString(directory.resolve("resolv.conf"), "nameserver " + NAME_SERVER + "\n");
    Path results = directory.resolve("results");
    List<String> command = new ArrayList<>();
    command.addAll(List.of("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"));
    command.addAll(List.of("--mount-proc", "sh", "-c", SCRIPT, "sh", directory.toString()));
    command.addAll(List.of(System.getProperty("java.home") + "/bin/java"));
    command.add(TemporaryFiles.jvmOption());
    command.addAll(SharedClasses.ofTests());
    command.addAll(List.of(TestsInside.class.getName(), inside.getName(), results.toString()));
    Process child = new ProcessBuilder(command).inheritIO().start();
    try {
      assertThat(child.waitFor()).as("exit code of the tests inside").isZero();
    } finally {
      child.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(results);
    assertThat(lines).as("tests inside").isNotEmpty();
    return lines.stream().map(PrivateNetwork::asTest);
  }

  private static DynamicTest asTest(String line) {
    String[] parts = line.split("\t", 2);
    return DynamicTest.dynamicTest(
        parts[0],
        () -> {
          if (parts.length > 1) {
            fail(parts[1]);
          }
        });
  }

  private static void requireRoot() throws IOException, InterruptedException {
    boolean possible;
    try {
      possible =
          new ProcessBuilder("unshare", "--net", "ip", "link")
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .redirectError(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException e) {
      possible = false;
    }
    if (!possible && !"1".equals(System.getenv("POSTHOUSE_REQUIRE_TOOLS"))) {
      assumeTrue(false, "network namespaces need root and the programs unshare and ip");
    }
    assertThat(possible).as("network namespaces (root, unshare, ip)").isTrue();
  }
}
