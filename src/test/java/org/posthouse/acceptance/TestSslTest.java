/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.posthouse.faults.Tools;

/** testssl.sh finds nothing to complain of at the shipped doors. */
@Execution(ExecutionMode.CONCURRENT) // with all others
class TestSslTest {
  private static final Set<String> FINE = Set.of("OK", "INFO", "LOW");

  /** What testssl.sh says of itself: that it could not check something, or what it is doing. */
  private static final Set<String> NO_FINDING = Set.of("WARN", "DEBUG");

  /** Of a certificate that the test signed for itself, for another name than the address. */
  private static final Set<String> OF_THE_CERTIFICATE =
      Set.of("cert_trust", "cert_chain_of_trust", "cert_revocation");

  /** Without them nothing was tested: each must be among what was found to be fine. */
  private static final Set<String> TESTED =
      Set.of("TLS1", "TLS1_1", "TLS1_2", "TLS1_3", "cipher_order", "PFS", "secure_client_renego");

  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path home;

  @Test
  void theShippedDoorsShouldPass() throws Exception {
    Tools.require("testssl");
    ShippedHome.create(home);
    Instant now = Instant.now();
    TestCertificate.write(
        home.resolve("conf/tls"), "RSA", 2048, now.minus(DAY), now.plus(DAY.multipliedBy(90)));
    loopbackPorts();
    try (RelayProcess relay = RelayProcess.start(home)) {
      Map<String, Process> running = new TreeMap<>();
      try {
        running.put("relay", testSsl("relay", relay.port("relay"), "-t", "smtp"));
        running.put("submission", testSsl("submission", relay.port("submission"), "-t", "smtp"));
        running.put("submissions", testSsl("submissions", relay.port("submissions")));
        for (Map.Entry<String, Process> each : running.entrySet()) {
          assertThat(each.getValue().waitFor(3, TimeUnit.MINUTES))
              .as(output(each.getKey()))
              .isTrue();
          assertSound(each.getKey());
        }
      } finally {
        running.values().forEach(Process::destroyForcibly);
      }
    }
  }

  private void loopbackPorts() throws IOException {
    Path file = home.resolve("conf/smtpserver.xml");
    Files.writeString(
        file, Files.readString(file).replaceAll("<bind>0.0.0.0:\\d+<", "<bind>127.0.0.1:0<"));
  }

  /** Protocols, ciphers, forward secrecy, preferences, defaults of the server, known holes. */
  private Process testSsl(String name, int port, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("testssl"));
    command.addAll(List.of(options));
    command.addAll(
        List.of("-p", "-s", "-f", "-P", "-S", "-U", "-n", "none", "--quiet", "--color", "0"));
    command.addAll(
        List.of("--warnings", "off", "--jsonfile", home.resolve(name + ".json").toString()));
    command.add("127.0.0.1:" + port);
    return new ProcessBuilder(command)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectErrorStream(true)
        .redirectOutput(home.resolve(name + ".txt").toFile())
        .start();
  }

  private void assertSound(String name) throws IOException {
    Set<String> fine = new TreeSet<>();
    List<String> complaints = new ArrayList<>();
    for (JsonNode each : new ObjectMapper().readTree(home.resolve(name + ".json").toFile())) {
      String id = each.path("id").asText();
      String severity = each.path("severity").asText();
      if (FINE.contains(severity)) {
        fine.add(id);
      } else if (!NO_FINDING.contains(severity) && !OF_THE_CERTIFICATE.contains(id)) {
        complaints.add(each.toString());
      }
    }
    assertThat(complaints).as(name).isEmpty();
    assertThat(fine).as(output(name)).containsAll(TESTED);
  }

  private String output(String name) throws IOException {
    return name + "\n" + Files.readString(home.resolve(name + ".txt"));
  }
}
