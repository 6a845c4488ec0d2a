/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.StringReader;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.mailetcontainer.api.LocalResources;
import org.apache.james.mailetcontainer.impl.JamesMailetContext;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.posthouse.config.Settings;
import org.posthouse.delivery.DeliveryListener;
import org.posthouse.delivery.Place;
import org.posthouse.delivery.config.DeliveryConfiguration;
import org.posthouse.james.RemoteDelivery;
import org.posthouse.james.delivery.Deliveries;
import org.posthouse.james.delivery.OwnNames;
import org.posthouse.queue.Queues;
import org.posthouse.routing.NameServers;
import org.posthouse.routing.ZoneServer;
import org.posthouse.server.DeliveryParts;
import org.posthouse.spool.Keys;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;
import org.slf4j.LoggerFactory;

/** RemoteDeliveries over a real store and a name server, as the server has them. */
final class DeliveryRig implements AutoCloseable {
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger mailLog = (Logger) LoggerFactory.getLogger("org.posthouse.mail");
  final RocksSpool spool;
  private final Doubts doubts;
  final RelayMailQueueFactory factory;
  final ZoneServer zone = new ZoneServer();
  private final List<Place> ambiguous = new CopyOnWriteArrayList<>();
  final DeliveryParts parts;
  final Deliveries deliveries;

  DeliveryRig(Path directory, HierarchicalConfiguration<ImmutableNode> relay) throws Exception {
    this(directory, relay, spool -> spool);
  }

  /**
   * Opens the store.
   *
   * @param view of it that the queues have
   */
  DeliveryRig(
      Path directory, HierarchicalConfiguration<ImmutableNode> relay, UnaryOperator<Spool> view)
      throws Exception {
    log.start();
    mailLog.addAppender(log);
    mailLog.setLevel(Level.INFO);
    spool = OpenStores.at(directory);
    doubts = Doubts.open(directory);
    factory =
        QueueFactories.over(
            new Queues(view.apply(spool), Clock.systemUTC()), new WorkInHand(), doubts);
    OwnNames ours = new OwnNames();
    parts =
        new DeliveryParts(
            new NameServers(List.of(zone.address()), 1000, 60).lookUps(),
            ours::contain,
            Clock.systemUTC(),
            counting(),
            100);
    DeliveryConfiguration configuration =
        DeliveryConfiguration.read(
            new Settings(Path.of("relay.xml"), relay), Path.of("."), "", address -> true);
    deliveries = new Deliveries(factory, parts.engine(), configuration, ours, Clock.systemUTC());
  }

  private DeliveryListener counting() {
    return new DeliveryListener() {
      @Override
      public void ambiguous(Place place, String mail) {
        ambiguous.add(place);
      }
    };
  }

  /** Where recipients may have got a mail without a reply. */
  List<Place> ambiguous() {
    return List.copyOf(ambiguous);
  }

  static HierarchicalConfiguration<ImmutableNode> nothing() {
    return new BaseHierarchicalConfiguration();
  }

  /** What relay.xml holds, as text. */
  static HierarchicalConfiguration<ImmutableNode> relay(String settings) throws Exception {
    XMLConfiguration relay = new XMLConfiguration();
    new FileHandler(relay).load(new StringReader("<relay>" + settings + "</relay>"));
    return relay;
  }

  /** A RemoteDelivery with these parameters; {@link #start} begins the work. */
  RemoteDelivery delivery(Map<String, String> parameters) throws Exception {
    FakeMailetConfig.Builder config =
        FakeMailetConfig.builder()
            .mailetName("RemoteDelivery")
            .mailetContext(context())
            .setProperty("heloName", "relay.test");
    parameters.forEach(config::setProperty);
    RemoteDelivery delivery = new RemoteDelivery(stub(DomainList.class), factory, deliveries);
    delivery.init(config.build());
    return delivery;
  }

  void start() {
    deliveries.start();
  }

  private JamesMailetContext context() throws Exception {
    JamesMailetContext context =
        new JamesMailetContext(
            stub(DNSService.class), stub(DomainList.class), stub(LocalResources.class), factory);
    BaseHierarchicalConfiguration config = new BaseHierarchicalConfiguration();
    config.setProperty("postmaster", "postmaster@relay.test");
    context.configure(config);
    return context;
  }

  static <T> T stub(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answer(method.getReturnType())));
  }

  private static Object answer(Class<?> type) {
    if (type.equals(boolean.class)) {
      return false;
    }
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return type.equals(InetAddress.class) ? loopback : List.of(loopback);
  }

  ManageableMailQueue queue(String name) {
    return factory.createQueue(MailQueueName.of(name), MailQueueFactory.defaultPrefetchCount());
  }

  /** Hands a mail to a delivery, as a processor does. */
  void send(RemoteDelivery delivery, String sender, String... recipients) throws Exception {
    MailImpl mail = NewMails.from(sender, "m", "body", recipients);
    delivery.service(mail);
    mail.dispose();
  }

  /** Of the mail log, but for mail of James' contracts of a queue, which run beside others. */
  Stream<String> lines() {
    return List.copyOf(log.list).stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> !line.matches(".*@(localhost|james2?[.]apache[.]org)>.*"));
  }

  boolean hasLine(String pattern) {
    return lines().anyMatch(line -> line.matches(pattern));
  }

  /** The id of the one entry that there is. */
  SpoolId onlyEntry() {
    try (Spool.Cursor entries = spool.scan(Table.ENVELOPE, new byte[0], new byte[0])) {
      if (!entries.next()) {
        throw new IllegalStateException("no entry");
      }
      return Keys.entry(entries.key());
    }
  }

  OutgoingOperations operations() {
    return deliveries.queues().get(0).operations();
  }

  @Override
  public void close() {
    deliveries.stop();
    parts.close();
    zone.close();
    factory.close();
    spool.close();
    doubts.close();
    mailLog.detachAppender(log);
  }
}
