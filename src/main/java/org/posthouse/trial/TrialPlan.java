/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;

/**
 * The names, ports and secrets of one trial.
 *
 * @param relayPort in place of 25
 * @param submissionsPort in place of 465
 * @param submissionPort in place of 587
 * @param nextPort where the next server listens
 */
record TrialPlan(
    int relayPort, int submissionsPort, int submissionPort, int nextPort, String password) {
  /** Reserved for examples (RFC 2606): no mail of a trial could reach anybody. */
  static final String DOMAIN = "trial.example";

  static final String HOST = "relay.trial.example";
  static final String USER = "alice@trial.example";
  static final String RECIPIENT = "bob@next.example";
  static final String SELECTOR = "trial";

  /** Free ports of this moment and a fresh password. */
  static TrialPlan make() throws IOException {
    List<Integer> ports = freePorts(4);
    byte[] random = new byte[12];
    new SecureRandom().nextBytes(random);
    // A word of a command line: one that begins with a hyphen would be an option there.
    String password = HexFormat.of().formatHex(random);
    return new TrialPlan(ports.get(0), ports.get(1), ports.get(2), ports.get(3), password);
  }

  /** The same with another next server. */
  TrialPlan towards(int port) {
    return new TrialPlan(relayPort, submissionsPort, submissionPort, port, password);
  }

  /** For the file that marks a scratch home, and for scripts. */
  Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("port.relay", String.valueOf(relayPort));
    properties.setProperty("port.submissions", String.valueOf(submissionsPort));
    properties.setProperty("port.submission", String.valueOf(submissionPort));
    properties.setProperty("port.next", String.valueOf(nextPort));
    properties.setProperty("user", USER);
    properties.setProperty("password", password);
    properties.setProperty("domain", DOMAIN);
    properties.setProperty("selector", SELECTOR);
    return properties;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    List<Integer> ports = new ArrayList<>();
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, loopback);
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
    return ports;
  }
}
