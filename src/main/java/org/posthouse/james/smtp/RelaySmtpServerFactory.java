/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.lib.handler.ProtocolHandlerLoader;
import org.apache.james.protocols.lib.netty.AbstractConfigurableAsyncServer;
import org.apache.james.smtpserver.netty.SMTPServer;
import org.apache.james.smtpserver.netty.SMTPServerFactory;
import org.posthouse.identity.Identities;
import org.posthouse.identity.Pseudonyms;
import org.posthouse.identity.guess.KnownPlaces;
import org.posthouse.james.command.SessionLimits;
import org.posthouse.tls.TlsThreads;

/** Makes the servers of smtpserver.xml, opens them together and drains them together. */
public final class RelaySmtpServerFactory extends SMTPServerFactory {
  private final HandlerThreads threads = new HandlerThreads();
  private final TlsThreads tlsThreads = new TlsThreads();
  private boolean drained;
  private List<RelaySmtpServer> relays = List.of();

  private final SessionLimits limits;
  private final SessionCounts counts;
  private final Pseudonyms pseudonyms;
  private final Identities identities;
  private final KnownPlaces places;

  @Inject
  public RelaySmtpServerFactory(
      DNSService dns,
      ProtocolHandlerLoader loader,
      FileSystem fileSystem,
      MetricFactory metrics,
      SessionLimits limits,
      Pseudonyms pseudonyms,
      Identities identities,
      KnownPlaces places) {
    super(dns, loader, fileSystem, metrics);
    this.limits = limits;
    this.pseudonyms = pseudonyms;
    this.identities = identities;
    this.places = places;
    this.counts =
        new SessionCounts(
            new SessionCounts.Bounds(
                limits.sessions(), limits.sessionsPerAddress(), limits.sessionsPerNetwork()));
  }

  @Override
  protected SMTPServer createServer() {
    return new RelaySmtpServer(
        smtpMetrics,
        threads,
        dns::getByName,
        fileSystem,
        tlsThreads,
        limits,
        counts,
        pseudonyms,
        identities,
        places);
  }

  @Override
  protected List<AbstractConfigurableAsyncServer> createServers(
      HierarchicalConfiguration<ImmutableNode> configuration) throws Exception {
    List<AbstractConfigurableAsyncServer> servers =
        super.createServers(TlsElements.inStocksForm(configuration));
    List<RelaySmtpServer> enabled = new ArrayList<>();
    for (AbstractConfigurableAsyncServer server : servers) {
      if (server.isEnabled()) {
        enabled.add((RelaySmtpServer) server);
      }
    }
    relays = List.copyOf(enabled);
    return servers;
  }

  /**
   * Opens every port.
   *
   * @throws BindException naming all addresses that are taken or forbidden
   */
  public void open() throws IOException {
    Set<String> failures = new LinkedHashSet<>();
    for (RelaySmtpServer server : relays) {
      try {
        server.open();
      } catch (BindException e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }
    if (!failures.isEmpty()) {
      throw new BindException(String.join("; ", failures));
    }
  }

  /** The ports that are open. */
  public List<Listener> listeners() {
    return relays.stream().flatMap(server -> server.listeners().stream()).toList();
  }

  /** Where the open ports are bound. */
  public List<InetSocketAddress> bound() {
    return relays.stream().flatMap(RelaySmtpServer::bound).toList();
  }

  /** The open ports on one line, for the log. */
  public String describeListeners() {
    return listeners().stream()
        .map(listener -> listener.name() + "=" + listener.address())
        .collect(Collectors.joining(" ", "", ""));
  }

  /**
   * Closes the ports, lets transactions under way end with their reply, says 421 to idle sessions,
   * and then ends all threads of reception. Once: later calls find it done.
   *
   * @param bound how long a transaction may take to end; then its connection is closed with 421
   */
  public synchronized void drain(Duration bound) throws InterruptedException {
    if (drained) {
      return;
    }
    drained = true;
    long deadline = System.nanoTime() + bound.toNanos();
    relays.forEach(RelaySmtpServer::startDrain);
    for (RelaySmtpServer server : relays) {
      server.awaitSessions(deadline);
    }
    relays.forEach(RelaySmtpServer::closeSessions);
    // Handlers write through the IO threads, so those go last.
    threads.shutdown();
    relays.forEach(RelaySmtpServer::destroy);
    tlsThreads.close();
  }
}
