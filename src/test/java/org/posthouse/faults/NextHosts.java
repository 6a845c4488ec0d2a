/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.posthouse.faults.RecordingSink.Manner;

/** Where the mail of a relay under test goes: a host that works, and those that do not. */
final class NextHosts implements AutoCloseable {
  private final RecordingSink ready = new RecordingSink();
  private final RecordingSink slow = new RecordingSink(Manner.SLOW);
  private final RecordingSink losing = new RecordingSink(Manner.LOSING);
  private final RecordingSink silent = new RecordingSink(Manner.SILENT);

  /** Bound and not listening: connections to it are refused, and nobody else gets the port. */
  private final Socket dead = new Socket();

  NextHosts() throws IOException {
    dead.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** One port for all hosts. */
  static Map<String, Integer> allAt(int port) {
    return Stream.of("@SINK@", "@SLOW@", "@LOSING@", "@SILENT@", "@DEAD@")
        .collect(Collectors.toMap(name -> name, name -> port));
  }

  /** Ports, by what stands for them in the files of a home. */
  Map<String, Integer> ports() {
    return Map.of(
        "@SINK@", ready.port(),
        "@SLOW@", slow.port(),
        "@LOSING@", losing.port(),
        "@SILENT@", silent.port(),
        "@DEAD@", dead.getLocalPort());
  }

  /** What all hosts took. */
  List<RecordingSink.Arrival> arrivals() {
    return Stream.of(ready, slow, losing).flatMap(host -> host.arrivals().stream()).toList();
  }

  /** Who was said to have got which mail, {@link Reckoning#delivery}. */
  Set<String> deliveries() {
    Set<String> deliveries = new HashSet<>();
    for (RecordingSink.Arrival arrival : arrivals()) {
      if (arrival.answered()) {
        arrival.recipients().stream()
            .map(recipient -> Reckoning.delivery(arrival.number(), recipient))
            .forEach(deliveries::add);
      }
    }
    return deliveries;
  }

  /** Whether a kill now is one between the end of a mail and the reply to it. */
  boolean isReplyOnItsWay() {
    return slow.isOwing();
  }

  @Override
  public void close() throws IOException {
    for (RecordingSink host : List.of(ready, slow, losing, silent)) {
      host.close();
    }
    dead.close();
  }
}
