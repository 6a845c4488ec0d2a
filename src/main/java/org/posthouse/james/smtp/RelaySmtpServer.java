/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolTransport;
import org.apache.james.protocols.lib.handler.HandlersPackage;
import org.apache.james.protocols.netty.ChannelHandlerFactory;
import org.apache.james.protocols.netty.Encryption;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.smtpserver.netty.SMTPServer;
import org.apache.james.smtpserver.netty.SmtpMetrics;
import org.apache.james.util.concurrent.NamedThreadFactory;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Lines;
import org.posthouse.config.Settings;
import org.posthouse.identity.Identities;
import org.posthouse.identity.Pseudonyms;
import org.posthouse.identity.client.NetworkSpec;
import org.posthouse.identity.client.Networks;
import org.posthouse.identity.guess.KnownPlaces;
import org.posthouse.identity.oidc.OidcSettings;
import org.posthouse.identity.oidc.OidcSource;
import org.posthouse.james.command.RelaySession;
import org.posthouse.james.command.SessionLimits;
import org.posthouse.tls.DoorTls;
import org.posthouse.tls.TlsReader;
import org.posthouse.tls.TlsSettings;
import org.posthouse.tls.TlsThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * James' SMTP server with three differences: it opens its ports when told, not while it is being
 * configured; its handlers run off the IO threads; and it drains before it stops.
 */
@SuppressWarnings("unchecked") // Stock overrides with a raw type.
public final class RelaySmtpServer extends SMTPServer {
  /** Everything that blocks is elsewhere, so one thread accepts for all of a server's ports. */
  private static final int ACCEPT_THREADS = 1;

  /**
   * Octets of replies that wait to be read, in memory, where each costs several times what it has,
   * and as many in the system, which by itself would take megabytes for a connection.
   */
  private static final WriteBufferWaterMark UNREAD = new WriteBufferWaterMark(4 * 1024, 16 * 1024);

  private static final Logger LOGGER = LoggerFactory.getLogger(RelaySmtpServer.class);
  private static final String AUTHORIZED = "authorizedAddresses";

  private final SmtpMetrics metrics;
  private final HandlerThreads threads;
  private final Networks.Resolver hosts;
  private final FileSystem files;
  private final TlsThreads tlsThreads;
  private final ChannelGroup ports = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
  private final Sessions sessions = new Sessions(this::getHelloName);

  private final SessionLimits limits;
  private final SessionCounts counts;
  private final Pseudonyms pseudonyms;
  private final Identities identities;
  private final KnownPlaces places;

  private boolean hidesClient;
  private Optional<OidcSettings> issuer = Optional.empty();
  private @Nullable OidcSource ownTokens;
  private Networks authorized = Networks.NONE;
  private Networks proxies = Networks.NONE;
  private Networks xclients = Networks.NONE;
  private Optional<TlsSettings> tlsSettings = Optional.empty();
  private @Nullable DoorTls tls;
  private List<InetSocketAddress> addresses = List.of();
  private int ioThreads = DEFAULT_IO_WORKER_COUNT;
  private @Nullable SMTPProtocol protocol;
  private @Nullable EventLoopGroup acceptLoop;
  private @Nullable EventLoopGroup ioLoops;

  /**
   * A door.
   *
   * @param counts the sessions of all doors
   */
  RelaySmtpServer(
      SmtpMetrics metrics,
      HandlerThreads threads,
      Networks.Resolver hosts,
      FileSystem files,
      TlsThreads tlsThreads,
      SessionLimits limits,
      SessionCounts counts,
      Pseudonyms pseudonyms,
      Identities identities,
      KnownPlaces places) {
    super(metrics);
    this.limits = limits;
    this.counts = counts;
    this.pseudonyms = pseudonyms;
    this.identities = identities;
    this.places = places;
    this.hosts = hosts;
    this.files = files;
    this.tlsThreads = tlsThreads;
    this.metrics = metrics;
    this.threads = threads;
  }

  @Override
  public synchronized void setListenAddresses(InetSocketAddress... listenAddresses) {
    addresses = List.of(listenAddresses);
  }

  @Override
  public void setIoWorkerCount(int ioWorker) {
    ioThreads = ioWorker;
  }

  /** Stock binds here, while other parts may not have started; {@link #open} does it for us. */
  @Override
  public synchronized void bind() {}

  /** Stock does not see the networks that may relay: it reads them otherwise than written. */
  @Override
  public void doConfigure(HierarchicalConfiguration<ImmutableNode> configuration)
      throws ConfigurationException {
    HierarchicalConfiguration<ImmutableNode> others =
        new BaseHierarchicalConfiguration(configuration);
    others.clearTree(AUTHORIZED);
    super.doConfigure(others);
    Settings door = new Settings(Lines.unknown(), "", "", configuration);
    hidesClient = door.truth("hideClient", false);
    issuer = OidcElements.read(door, jmxName);
    tlsSettings = TlsReader.read(door, TlsElements.files(files));
    if (door.complaint().isPresent()) {
      throw new ConfigurationException(
          "smtpserver.xml, '" + jmxName + "'" + door.complaint().get());
    }
    authorized = networks(configuration, AUTHORIZED);
    proxies = networks(configuration, "proxyFrom");
    xclients = networks(configuration, "xclientFrom");
  }

  private Networks networks(HierarchicalConfiguration<ImmutableNode> door, String element)
      throws ConfigurationException {
    try {
      return Networks.of(
          NetworkSpec.parseAll(String.join(" ", door.getStringArray(element))),
          hosts,
          host -> hasNoAddress(element, host));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("smtpserver.xml, <" + element + ">: " + e.getMessage(), e);
    }
  }

  private static void hasNoAddress(String element, String host) {
    LOGGER.warn(
        "smtpserver.xml, <{}>: {} has no address now, so it counts for nobody until the next start",
        element,
        host);
  }

  @Override
  protected void buildSSLContext() throws ConfigurationException {
    if (tlsSettings.isEmpty()) {
      return;
    }
    try {
      tls = DoorTls.open(jmxName, tlsSettings.get(), tlsThreads);
      encryption = new DoorEncryption(tls);
    } catch (IOException e) {
      throw new ConfigurationException(
          "smtpserver.xml, <tls> of '" + jmxName + "': " + e.getMessage(), e);
    }
  }

  /** Files are looked at in any case; this only looks at once. */
  @Override
  public void reloadSSLCertificate() {
    if (tls != null) {
      tls.look(Instant.now());
    }
  }

  @Override
  protected void preInit() throws Exception {
    super.preInit();
    ownTokens = issuer.map(OidcSource::new).orElse(null);
    RelaySmtpConfiguration configuration =
        new RelaySmtpConfiguration(
            this,
            authorized,
            xclients,
            limits,
            tls,
            ownTokens == null ? null : identities.tokensAnd(ownTokens),
            hidesClient ? pseudonyms : null);
    protocol =
        new SMTPProtocol(getProtocolHandlerChain(), configuration) {
          @Override
          public ProtocolSession newSession(ProtocolTransport transport) {
            SmtpTransport own = (SmtpTransport) transport;
            return new RelaySession(configuration, own, own.client(), own.suspension());
          }
        };
  }

  synchronized void open() throws IOException {
    acceptLoop =
        new NioEventLoopGroup(ACCEPT_THREADS, NamedThreadFactory.withName(jmxName + "-accept"));
    ioLoops = new NioEventLoopGroup(ioThreads, NamedThreadFactory.withName(jmxName + "-io"));
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .channel(NioServerSocketChannel.class)
            .group(acceptLoop, ioLoops)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD)
            .childOption(ChannelOption.SO_SNDBUF, UNREAD.high())
            .childHandler(pipeline());
    configureBootstrap(bootstrap);
    for (InetSocketAddress address : addresses) {
      ports.add(bind(bootstrap, address));
    }
  }

  private static Channel bind(ServerBootstrap bootstrap, InetSocketAddress address)
      throws IOException {
    io.netty.channel.ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (bound.isSuccess()) {
      return bound.channel();
    }
    BindException failure =
        new BindException("cannot listen on " + text(address) + ": " + bound.cause().getMessage());
    failure.initCause(bound.cause());
    throw failure;
  }

  @Override
  public synchronized List<InetSocketAddress> getListenAddresses() {
    return ports.isEmpty()
        ? addresses
        : ports.stream().map(channel -> (InetSocketAddress) channel.localAddress()).toList();
  }

  @Override
  public boolean isBound() {
    return !ports.isEmpty();
  }

  Stream<InetSocketAddress> bound() {
    return ports.stream().map(port -> (InetSocketAddress) port.localAddress());
  }

  List<Listener> listeners() {
    return ports.stream()
        .map(port -> new Listener(jmxName, text((InetSocketAddress) port.localAddress()), tls()))
        .toList();
  }

  private static String text(InetSocketAddress address) {
    String host =
        address.getAddress() == null
            ? address.getHostString()
            : address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }

  private String tls() {
    Encryption encryption = getEncryption();
    if (encryption == null) {
      return "none";
    }
    return encryption.isStartTLS() ? "starttls" : "implicit";
  }

  void startDrain() {
    ports.close().awaitUninterruptibly();
    sessions.startDrain();
  }

  void awaitSessions(long deadlineNanos) throws InterruptedException {
    sessions.awaitEnd(deadlineNanos);
  }

  void closeSessions() {
    sessions.closeRemaining();
  }

  /** A door whose handlers could not be made has none to destroy. */
  @Override
  protected void postDestroy() {
    if (ownTokens != null) {
      ownTokens.close();
    }
    if (getProtocolHandlerChain() != null) {
      super.postDestroy();
    }
  }

  /** Called by {@code destroy} before the handlers are destroyed. */
  @Override
  public synchronized void unbind() {
    ports.close().awaitUninterruptibly();
    shutdown(acceptLoop);
    shutdown(ioLoops);
    acceptLoop = null;
    ioLoops = null;
  }

  private static void shutdown(@Nullable EventLoopGroup loops) {
    if (loops != null) {
      Future<?> ended = loops.shutdownGracefully(0, 200, TimeUnit.MILLISECONDS);
      ended.awaitUninterruptibly(500);
    }
  }

  private SmtpPipeline pipeline() {
    SessionCounts door = new SessionCounts(new SessionCounts.Bounds(connectionLimit, connPerIP, 0));
    return new SmtpPipeline(
        new SmtpPipeline.Terms(
            getTimeout(), List.of(counts, door), this::standing, limits.slowest(), this::isProxy),
        this::getEncryption,
        threads.group(),
        sessions,
        this::createCoreHandler);
  }

  private Standing standing(InetAddress client) {
    if (places.isAt(client)) {
      return Standing.AT_HOME;
    }
    return authorized.contains(client)
            || xclients.contains(client)
            || identities.ofAddress(client).isPresent()
            || places.isNear(client)
        ? Standing.KNOWN
        : Standing.STRANGER;
  }

  /** Stock's proxyRequired takes everybody for a proxy. */
  private boolean isProxy(InetAddress peer) {
    return proxies.contains(peer) || (proxyRequired && proxies.ranges().isEmpty());
  }

  @Override
  protected ChannelInboundHandlerAdapter createCoreHandler() {
    SMTPProtocol current = protocol;
    if (current == null) {
      throw new IllegalStateException("not initialised");
    }
    return new SessionHandler(current, getEncryption(), proxyRequired, metrics, limits, sessions);
  }

  @Override
  protected ChannelHandlerFactory createFrameHandlerFactory() {
    return pipeline -> new LineFramer(limits.slowest());
  }

  @Override
  protected Class<? extends HandlersPackage> getJMXHandlersPackage() {
    return NoJmxHandlers.class;
  }

  @Override
  protected void registerMBean() {}

  @Override
  protected void unregisterMBean() {}
}
