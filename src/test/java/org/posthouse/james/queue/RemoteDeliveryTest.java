/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.chrono.ChronoZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.james.core.MailAddress;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.mailetcontainer.api.LocalResources;
import org.apache.james.mailetcontainer.impl.JamesMailetContext;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.MailImpl;
import org.apache.james.transport.mailets.remote.delivery.Bouncer;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.config.Settings;
import org.posthouse.delivery.DeliveryListener;
import org.posthouse.delivery.config.DeliveryConfiguration;
import org.posthouse.james.RemoteDelivery;
import org.posthouse.james.delivery.Deliveries;
import org.posthouse.james.delivery.OwnNames;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Queues;
import org.posthouse.queue.Recipient;
import org.posthouse.routing.NameServers;
import org.posthouse.routing.ZoneServer;
import org.posthouse.server.DeliveryParts;
import org.posthouse.spool.Keys;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ReceivedMail;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SelfSigned;
import org.posthouse.trial.SmtpScript;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/** RemoteDelivery with its engine and bounces, over our queues and a host that speaks SMTP. */
@Timeout(60)
class RemoteDeliveryTest {
  private static final SmtpScript MIXED =
      SmtpScript.accepting()
          .on("RCPT TO:<\"later", Reaction.reply("450 4.2.1 Not now"))
          .on("RCPT TO:<\"never", Reaction.reply("550 5.1.1 Nobody here"))
          .on("RCPT TO:<later@", Reaction.reply("450 4.2.1 Not now"))
          .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody here"));

  @TempDir Path directory;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger mailLog = (Logger) LoggerFactory.getLogger("org.posthouse.mail");
  private RocksSpool spool;
  private RelayMailQueueFactory factory;
  private ScriptedSmtpServer nextHost;
  private RemoteDelivery delivery;
  private ZoneServer zone;
  private DeliveryParts parts;

  @BeforeEach
  void open() throws Exception {
    log.start();
    mailLog.addAppender(log);
    mailLog.setLevel(Level.INFO);
    spool = OpenStores.at(directory);
    factory = QueueFactories.over(new Queues(spool, Clock.systemUTC()), new WorkInHand());
    nextHost = ScriptedSmtpServer.start(MIXED);
    zone = new ZoneServer();
  }

  @AfterEach
  void close() throws Exception {
    stop();
    zone.close();
    nextHost.close();
    factory.close();
    spool.close();
    mailLog.detachAppender(log);
    mailLog.setLevel(null);
  }

  private void stop() {
    delivery.destroy();
    parts.close();
  }

  private void deliver(Map<String, String> parameters) throws Exception {
    FakeMailetConfig.Builder config =
        FakeMailetConfig.builder()
            .mailetName("RemoteDelivery")
            .mailetContext(context())
            .setProperty("outgoing", "outgoing")
            .setProperty("gateway", "127.0.0.1")
            .setProperty("gatewayPort", "" + nextHost.port())
            .setProperty("heloName", "relay.test")
            .setProperty("sendpartial", "true")
            .setProperty("delayTime", "1 hour");
    parameters.forEach(config::setProperty);
    OwnNames ours = new OwnNames();
    parts =
        new DeliveryParts(
            new NameServers(List.of(zone.address()), 1000, 60).lookUps(),
            ours::contain,
            Clock.systemUTC(),
            DeliveryListener.NONE,
            100);
    delivery =
        new RemoteDelivery(
            stub(DomainList.class),
            factory,
            new Deliveries(factory, parts.engine(), relay(), ours, Clock.systemUTC()));
    delivery.init(config.build());
    delivery.beginWork();
  }

  private static DeliveryConfiguration relay() {
    Settings nothing = new Settings(Path.of("relay.xml"), new BaseHierarchicalConfiguration());
    return DeliveryConfiguration.read(nothing, Path.of("."), "", address -> true);
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

  private static <T> T stub(Class<T> type) {
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

  private ManageableMailQueue queue(String name) {
    return factory.createQueue(MailQueueName.of(name), MailQueueFactory.defaultPrefetchCount());
  }

  private void enqueue(String sender, String... recipients) throws Exception {
    MailImpl mail = NewMails.from(sender.equals("<>") ? "" : sender, "m", "body", recipients);
    queue("outgoing").enQueue(mail);
    mail.dispose();
  }

  private static boolean isOutcome(String line) {
    return line.matches("(bounced|delivered|deferred) .*");
  }

  /** A line is written when its commit is through, which the queue may show before. */
  private void awaitLine(String pattern) {
    Awaitility.await(pattern).until(() -> lines().anyMatch(line -> line.matches(pattern)));
  }

  private void awaitOutcomes(int count) {
    Awaitility.await().until(() -> lines().filter(RemoteDeliveryTest::isOutcome).count() == count);
  }

  private Stream<String> lines() {
    return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage);
  }

  @Test
  void bounceWithoutBounceProcessorShouldCommitWithTheMailThatItIsAbout() throws Exception {
    deliver(Map.of());
    queue("spool");
    long before = spool.counters().commits();
    enqueue("a@example.org", "never@example.net");
    Awaitility.await().until(() -> queue("outgoing").getSize() == 0);
    assertThat(queue("spool").getSize()).isEqualTo(1);
    assertThat(spool.counters().commits() - before).as("enqueued, then all at once").isEqualTo(2);
    MailQueueItem bounce = Flux.from(queue("spool").deQueue()).blockFirst();
    assertThat(bounce.getMail().hasSender()).isFalse();
    assertThat(bounce.getMail().getRecipients()).containsExactly(new MailAddress("a@example.org"));
    assertThat(lines().filter(line -> line.startsWith("accepted"))).as("no new mail").isEmpty();
    awaitLine("bounced .*to=<never@example.net>.*");
  }

  @Test
  void outcomesOfSeveralRecipientsShouldCommitAtOnceAndEachHaveItsLine() throws Exception {
    deliver(Map.of());
    queue("spool");
    long before = spool.counters().commits();
    enqueue("a@example.org", "good@example.net", "later@example.net", "never@example.net");
    Awaitility.await().until(() -> queue("spool").getSize() == 1);
    assertThat(spool.counters().commits() - before).isEqualTo(2);
    assertThat(queue("outgoing").getSize()).isEqualTo(1);
    assertThat(OpenStores.count(spool, Table.BODY)).isEqualTo(2);
    awaitOutcomes(3);
    assertThat(lines().filter(RemoteDeliveryTest::isOutcome))
        .hasSize(3)
        .anyMatch(
            line ->
                line.matches("bounced .*to=<never@example.net>.* error=\"550 5.1.1 Nobody here\""))
        .anyMatch(
            line ->
                line.matches(
                    "deferred .*to=<later@example.net>.* next=1h error=\"450 4.2.1 Not now\""))
        .anyMatch(line -> line.matches("delivered .*to=<good@example.net>.*"))
        .allMatch(line -> line.contains(" host=127.0.0.1[127.0.0.1]:" + nextHost.port()));
  }

  @Test
  void recipientsThatWereNotSentBecauseOfAnotherShouldSaySo() throws Exception {
    deliver(Map.of("sendpartial", "false"));
    enqueue("a@example.org", "good@example.net", "later@example.net");
    Awaitility.await().until(() -> lines().filter(line -> line.startsWith("def")).count() == 2);
    assertThat(lines())
        .anyMatch(line -> line.matches("deferred .*<later@example.net>.*error=\"450 4.2.1 .*\""))
        .anyMatch(line -> line.matches("deferred .*<good@example.net>.*another recipient\""));
  }

  @Test
  void aHostThatIsNotThereShouldBeTold() throws Exception {
    nextHost.close();
    deliver(Map.of());
    enqueue("a@example.org", "good@example.net");
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("deferred")));
    awaitLine("deferred .* host=127.0.0.1\\[127.0.0.1]:\\d+ next=1h error=\".*refused.*\"");
  }

  @Test
  void aDomainWithoutHostsShouldBeToldWithoutAHost() throws Exception {
    deliver(Map.of("gateway", "", "bounceProcessor", "bounces"));
    enqueue("a@example.org", "good@nowhere.test");
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("bounced")));
    awaitLine("bounced \\S+ to=<\\S+> name=m error=\"there is no nowhere.test in the DNS\"");
  }

  @Test
  void mailThatNoHostWasAskedForShouldBeLoggedUnderItsId() throws Exception {
    deliver(Map.of("gateway", "", "bounceProcessor", "bounces"));
    MailImpl mail = NewMails.from("a@example.org", "m", "body", "good@nowhere.test");
    QueueId.set(mail, "KNOWN1");
    queue("outgoing").enQueue(mail);
    mail.dispose();
    awaitLine("bounced id=KNOWN1 .*");
  }

  @Test
  void theLastReasonShouldStandInTheBounceOfMailThatIsGivenUp() throws Exception {
    deliver(Map.of("bounceProcessor", "bounces", "delayTime", "1 * 1 ms", "maxRetries", "1"));
    enqueue("a@example.org", "later@example.net");
    MailQueueItem bounce = Flux.from(queue("spool").deQueue()).blockFirst();
    String reason = "given up after 2 attempts: 450 4.2.1 Not now";
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("bounced")));
    assertThat(bounce.getMail().getAttribute(Bouncer.DELIVERY_ERROR).orElseThrow().getValue())
        .isEqualTo(AttributeValue.of(reason));
    assertThat(lines())
        .anyMatch(line -> line.matches("deferred .*next=1ms error=\"450 4.2.1 Not now\""))
        .anyMatch(line -> line.matches("bounced .*error=\"" + reason + "\""));
  }

  private byte[] only(Table table) {
    try (Spool.Cursor records = spool.scan(table, new byte[0], new byte[0])) {
      assertThat(records.next()).as(table.name()).isTrue();
      byte[] key = records.key();
      byte[] value = records.value();
      assertThat(records.next()).as("second in " + table).isFalse();
      return ByteBuffer.allocate(key.length + value.length).put(key).put(value).array();
    }
  }

  private QueuedMail entry() {
    SpoolId id = Keys.entry(only(Table.ENVELOPE));
    return new Queues(spool, Clock.systemUTC()).entries().find(id).orElseThrow();
  }

  @Test
  void outcomesShouldRewriteTheRecordsOfRecipientsAndNothingElseOfTheEntry() throws Exception {
    ManageableMailQueue outgoing = queue("outgoing");
    enqueue("a@example.org", "good@example.net", "later@example.net", "never@example.net");
    byte[] envelope = only(Table.ENVELOPE);
    byte[] content = only(Table.CONTENT);
    byte[] reference = only(Table.REFERENCE);
    deliver(Map.of("bounceProcessor", "bounces"));
    ManageableMailQueue bounces = queue("spool");
    Awaitility.await().until(() -> bounces.getSize() == 1);
    bounces.clear();
    assertThat(only(Table.ENVELOPE)).isEqualTo(envelope);
    assertThat(only(Table.CONTENT)).isEqualTo(content);
    assertThat(only(Table.REFERENCE)).isEqualTo(reference);
    assertThat(entry().recipients())
        .extracting(Recipient::address, Recipient::state, Recipient::attempts, Recipient::error)
        .containsExactly(
            tuple("good@example.net", Recipient.State.DELIVERED, 1, null),
            tuple("later@example.net", Recipient.State.QUEUED, 1, "450 4.2.1 Not now"),
            tuple("never@example.net", Recipient.State.BOUNCED, 1, "550 5.1.1 Nobody here"));
    assertThat(outgoing.getSize()).isEqualTo(1);
    assertThat(outgoing.remove(ManageableMailQueue.Type.Recipient, "good@example.net")).isZero();
  }

  @Test
  void deferredMailShouldBeTriedAgainForWhoIsLeftAndCountItsAttempts() throws Exception {
    deliver(Map.of("maxRetries", "2", "delayTime", "0"));
    enqueue("a@example.org", "good@example.net", "later@example.net");
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("bounced")));
    assertThat(lines().filter(line -> line.matches("(bounced|delivered|deferred) .*")))
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsExactlyInAnyOrder("delivered", "deferred", "deferred", "bounced");
    Awaitility.await().until(() -> queue("outgoing").getSize() == 0);
    assertThat(taken()).hasSize(1);
  }

  @Test
  void quotedLocalPartsShouldHaveTheirOutcomesToo() throws Exception {
    deliver(Map.of("bounceProcessor", "bounces"));
    ManageableMailQueue bounces = queue("spool");
    enqueue(
        "a@example.org",
        "\"good q\"@example.net",
        "\"later q\"@example.net",
        "later@example.net",
        "\"never q\"@example.net");
    Awaitility.await().until(() -> bounces.getSize() == 1);
    MailQueueItem bounce = Flux.from(bounces.deQueue()).blockFirst();
    assertThat(bounce.getMail().getRecipients())
        .containsExactly(new MailAddress("\"never q\"@example.net"));
    bounce.done(MailQueueItem.CompletionStatus.SUCCESS);
    Awaitility.await().until(() -> bounces.getSize() == 0);
    assertThat(entry().recipients())
        .extracting(Recipient::address, Recipient::state)
        .containsExactly(
            tuple("\"good q\"@example.net", Recipient.State.DELIVERED),
            tuple("\"later q\"@example.net", Recipient.State.QUEUED),
            tuple("later@example.net", Recipient.State.QUEUED),
            tuple("\"never q\"@example.net", Recipient.State.BOUNCED));
  }

  @Test
  void eachRecipientShouldBeToldWhatWasSaidToHimAndNotToAnother() throws Exception {
    nextHost.follow(
        SmtpScript.accepting()
            .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody here"))
            .on("RCPT TO:<gone@", Reaction.reply("551 5.1.6 Moved away"))
            .on("RCPT TO:<later@", Reaction.reply("450 4.2.1 Not now"))
            .on("RCPT TO:<full@", Reaction.reply("452 4.2.2 Full")));
    deliver(Map.of("bounceProcessor", "bounces", "delayTime", "1 * 1 ms", "maxRetries", "1"));
    enqueue(
        "a@example.org",
        "never@example.net",
        "gone@example.net",
        "later@example.net",
        "full@example.net");
    List<MailQueueItem> bounces = Flux.from(queue("spool").deQueue()).take(4).collectList().block();
    assertThat(bounces)
        .extracting(
            item -> item.getMail().getRecipients().iterator().next().getLocalPart(),
            item -> item.getMail().getRecipients().size(),
            item ->
                item.getMail()
                    .getAttribute(Bouncer.DELIVERY_ERROR)
                    .map(error -> error.getValue().value())
                    .orElseThrow())
        .containsExactlyInAnyOrder(
            tuple("never", 1, "550 5.1.1 Nobody here"),
            tuple("gone", 1, "551 5.1.6 Moved away"),
            tuple("later", 1, "given up after 2 attempts: 450 4.2.1 Not now"),
            tuple("full", 1, "given up after 2 attempts: 452 4.2.2 Full"));
    Awaitility.await().until(() -> queue("outgoing").getSize() == 0);
    assertThat(lines().filter(line -> line.startsWith("bounced"))).hasSize(4);
  }

  @Test
  void aConnectionThatEndsShouldDeferWhoWasNotAnsweredAndBeNoRefusalOfAnother() throws Exception {
    nextHost.follow(
        SmtpScript.accepting()
            .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody here"))
            .on("RCPT TO:<drop@", Reaction.close()));
    deliver(Map.of("bounceProcessor", "bounces"));
    enqueue("a@example.org", "good@example.net", "never@example.net", "drop@example.net");
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("deferred")));
    assertThat(lines())
        .anyMatch(
            line ->
                line.matches(
                    "deferred .*to=<good@example.net>,<drop@example.net> .*"
                        + " error=\"the host closed the connection\""))
        .anyMatch(line -> line.matches("bounced .*to=<never@example.net>.*550 5.1.1.*"));
  }

  @Test
  void quotedLocalPartsShouldTakeTheirDsnParametersAlong() throws Exception {
    nextHost.follow(SmtpScript.accepting().extensions("DSN"));
    deliver(Map.of());
    MailAddress quoted = new MailAddress("\"A B\"@example.net");
    MailImpl mail = NewMails.from("a@example.org", "m", "body", "\"A B\"@example.net");
    mail.setDsnParameters(
        DsnParameters.builder()
            .ret(DsnParameters.Ret.HDRS)
            .addRcptParameter(
                quoted,
                DsnParameters.RecipientDsnParameters.of(EnumSet.of(DsnParameters.Notify.FAILURE)))
            .build()
            .orElseThrow());
    queue("outgoing").enQueue(mail);
    mail.dispose();
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("delivered")));
    assertThat(nextHost.mails()).hasSize(1);
    assertThat(nextHost.mails().get(0).mailFrom()).contains("RET=HDRS");
    assertThat(nextHost.mails().get(0).rcptTo())
        .containsExactly("<\"A B\"@example.net> NOTIFY=FAILURE");
  }

  @Test
  void recipientThatOneHostAcceptedShouldNotBeSentAgainBecauseAnotherIsDown() throws Exception {
    int dead;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dead = closed.getLocalPort();
    }
    String hosts = "127.0.0.1:" + nextHost.port() + ",127.0.0.1:" + dead;
    deliver(Map.of("gateway", hosts, "maxRetries", "2", "delayTime", "0"));
    enqueue("a@example.org", "good@example.net", "later@example.net");
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("bounced")));
    Awaitility.await().until(() -> queue("outgoing").getSize() == 0);
    assertThat(taken()).hasSize(1);
    assertThat(lines().filter(line -> line.startsWith("delivered")))
        .singleElement()
        .asString()
        .contains("to=<good@example.net>");
  }

  @Test
  void refusedBounceShouldBeLoggedAsBouncedAndNotAsDelivered() throws Exception {
    deliver(Map.of());
    enqueue("<>", "later@example.net", "never@example.net");
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("deferred")));
    awaitLine("bounced .*to=<never@example.net>.*550.*");
    assertThat(lines()).noneMatch(line -> line.startsWith("delivered"));
  }

  @Test
  void retriesShouldComeLastWherePrioritiesAreUsed() throws Exception {
    enqueue("a@example.org", "good@example.net", "later@example.net");
    byte laneBefore = only(Table.DUE)[2];
    deliver(Map.of("usePriority", "true"));
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("deferred")));
    assertThat(only(Table.DUE)[2]).isGreaterThan(laneBefore);
    assertThat(entry().recipients())
        .extracting(Recipient::address, Recipient::state, Recipient::attempts)
        .containsExactly(
            tuple("good@example.net", Recipient.State.DELIVERED, 1),
            tuple("later@example.net", Recipient.State.QUEUED, 1));
    assertThat(queue("outgoing").getSize()).isEqualTo(1);
  }

  private String report() throws Exception {
    MailQueueItem item = Flux.from(queue("spool").deQueue()).blockFirst(Duration.ofSeconds(20));
    assertThat(item.getMail().hasSender()).isFalse();
    assertThat(item.getMail().getRecipients()).containsExactly(new MailAddress("a@example.org"));
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    item.getMail().getMessage().writeTo(octets);
    item.done(MailQueueItem.CompletionStatus.SUCCESS);
    return octets.toString(StandardCharsets.UTF_8);
  }

  private void enqueueAsking(DsnParameters.Notify wanted, String recipient) throws Exception {
    MailImpl mail = NewMails.from("a@example.org", "m", "body", recipient);
    mail.setDsnParameters(
        DsnParameters.builder()
            .envId(DsnParameters.EnvId.of("QQ+2B314159"))
            .addRcptParameter(
                new MailAddress(recipient),
                DsnParameters.RecipientDsnParameters.of(EnumSet.of(wanted)))
            .build()
            .orElseThrow());
    queue("outgoing").enQueue(mail);
    mail.dispose();
  }

  @Test
  void reportOfAFailureShouldSayWhatTheHostSaid() throws Exception {
    deliver(Map.of());
    enqueue("a@example.org", "good@example.net", "never@example.net");
    assertThat(report())
        .contains("report-type=delivery-status")
        .contains("Final-Recipient: rfc822; never@example.net\r\nAction: failed\r\nStatus: 5.1.1")
        .contains("Remote-MTA: dns; 127.0.0.1")
        .contains("Diagnostic-Code: smtp; 550 5.1.1 Nobody here")
        .contains("Reporting-MTA: dns; relay.test")
        .doesNotContain("good@example.net\r\nAction");
  }

  @Test
  void senderWhoWantsToHearNothingShouldHearNothing() throws Exception {
    deliver(Map.of());
    enqueueAsking(DsnParameters.Notify.NEVER, "never@example.net");
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("bounced")));
    Awaitility.await().until(() -> queue("outgoing").getSize() == 0);
    assertThat(queue("spool").getSize()).isZero();
  }

  @Test
  void successShouldBeReportedWhereTheNextHostCannot() throws Exception {
    nextHost.follow(SmtpScript.accepting().extensions("PIPELINING"));
    deliver(Map.of());
    enqueueAsking(DsnParameters.Notify.SUCCESS, "good@example.net");
    assertThat(report()).contains("Action: relayed").contains("Original-Envelope-Id: QQ+314159");
    nextHost.follow(SmtpScript.accepting());
    stop();
    deliver(Map.of());
    enqueueAsking(DsnParameters.Notify.SUCCESS, "good@example.net");
    Awaitility.await()
        .until(() -> lines().filter(line -> line.startsWith("delivered")).count() == 2);
    assertThat(queue("spool").getSize()).isZero();
    assertThat(nextHost.mails().get(1).rcptTo().get(0)).contains("NOTIFY=SUCCESS");
  }

  private void enqueueEightBit() throws Exception {
    MailImpl mail = NewMails.from("a@example.org", "m", "gr\u00fc\u00dfe", "good@example.net");
    mail.getMessage().setHeader("Content-Type", "text/plain; charset=utf-8");
    mail.getMessage().setHeader("Content-Transfer-Encoding", "8bit");
    queue("outgoing").enQueue(mail);
    mail.dispose();
  }

  @Test
  void eightBitMailShouldNotGoToAHostThatTakesSevenBitsOnly() throws Exception {
    nextHost.follow(SmtpScript.accepting().extensions("PIPELINING"));
    deliver(Map.of());
    enqueueEightBit();
    assertThat(report()).contains("Status: 5.6.3");
    assertThat(taken()).isEmpty();
  }

  @Test
  void eightBitMailShouldBeConvertedOnceAndGoToTheProcessorThatSigns() throws Exception {
    nextHost.follow(SmtpScript.accepting().extensions("PIPELINING"));
    deliver(Map.of("eightBitProcessor", "sign"));
    enqueueEightBit();
    MailQueueItem item = Flux.from(queue("spool").deQueue()).blockFirst();
    awaitLine("converted .*to=<good@example.net>.*8-bit.*");
    assertThat(item.getMail().getState()).isEqualTo("sign");
    assertThat(item.getMail().getMaybeSender().asString()).isEqualTo("a@example.org");
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    item.getMail().getMessage().writeTo(octets);
    assertThat(octets.toString(StandardCharsets.UTF_8))
        .contains("quoted-printable")
        .contains("gr=C3=BC=C3=9Fe");
    delivery.service(item.getMail());
    item.done(MailQueueItem.CompletionStatus.SUCCESS);
    Awaitility.await().until(() -> taken().size() == 1);
  }

  /** A store that does not read while {@code closed}, as when it is opened anew after a failure. */
  private static Spool closedWhile(AtomicBoolean closed, Spool spool) {
    return (Spool)
        Proxy.newProxyInstance(
            Spool.class.getClassLoader(),
            new Class<?>[] {Spool.class},
            (self, method, arguments) -> {
              boolean reads = List.of("get", "scan", "open").contains(method.getName());
              if (closed.get() && reads) {
                throw new SpoolException("the store is not open at the moment");
              }
              return method.invoke(spool, arguments);
            });
  }

  @Test
  void attemptShouldEndInOutcomesAlsoWhileTheStoreIsOpenedAnew() throws Exception {
    AtomicBoolean closed = new AtomicBoolean();
    factory =
        QueueFactories.over(
            new Queues(closedWhile(closed, spool), Clock.systemUTC()), new WorkInHand());
    enqueue("a@example.org", "good@example.net", "later@example.net", "never@example.net");
    nextHost.follow(MIXED.on(".", Reaction.reply("250 2.0.0 Taken").after(Duration.ofSeconds(1))));
    ManageableMailQueue bounces = queue("spool");
    deliver(Map.of("bounceProcessor", "bounces"));
    Awaitility.await().until(() -> !nextHost.mails().isEmpty());
    closed.set(true);
    Awaitility.await()
        .during(Duration.ofSeconds(1))
        .until(() -> lines().noneMatch(line -> line.startsWith("delivered")));
    closed.set(false);
    Awaitility.await().until(() -> bounces.getSize() == 1);
    bounces.clear();
    assertThat(entry().recipients())
        .extracting(Recipient::address, Recipient::state)
        .containsExactly(
            tuple("good@example.net", Recipient.State.DELIVERED),
            tuple("later@example.net", Recipient.State.QUEUED),
            tuple("never@example.net", Recipient.State.BOUNCED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"530 5.7.0 Authentication required", "535 5.7.8 Bad password", "534 5.7.9 Weak"})
  void hostThatDoesNotTakeOurLoginShouldNotMakeMailBounce(String reply) throws Exception {
    nextHost.follow(MIXED.on("MAIL FROM:", Reaction.reply(reply)));
    deliver(Map.of());
    enqueue("a@example.org", "good@example.net");
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("deferred")));
    assertThat(lines()).noneMatch(line -> line.startsWith("bounced"));
    nextHost.follow(
        MIXED
            .starttls(SelfSigned.forHost("localhost").serverContext())
            .extensions("AUTH PLAIN LOGIN")
            .on("AUTH", Reaction.reply(reply))
            .on("AUTH PLAIN", Reaction.reply(reply)));
    stop();
    deliver(
        Map.of(
            "gatewayusername", "relay",
            "gatewayPassword", "old",
            "verifyServerIdentity", "false",
            "mail.smtp.ssl.trust", "*"));
    queue("outgoing").flush();
    Awaitility.await()
        .until(() -> lines().filter(line -> line.startsWith("deferred")).count() == 2);
    assertThat(lines()).noneMatch(line -> line.startsWith("bounced"));
    assertThat(commands()).anyMatch(command -> command.startsWith("C: AUTH"));
  }

  /** Without the empty ones that end a transaction in which nobody was accepted (RFC 2920, 3.1). */
  private List<ReceivedMail> taken() {
    return nextHost.mails().stream().filter(mail -> mail.content().length > 0).toList();
  }

  private Stream<String> commands() {
    return nextHost.dialogues().stream().flatMap(List::stream);
  }

  @Test
  void passwordShouldNotBeGivenToAGatewayWithoutTls() throws Exception {
    nextHost.follow(SmtpScript.accepting().extensions("AUTH PLAIN LOGIN"));
    deliver(Map.of("gatewayUsername", "relay", "gatewayPassword", "secret"));
    enqueue("a@example.org", "good@example.net");
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("deferred")));
    awaitLine("deferred .*does not offer STARTTLS.*");
    assertThat(commands()).isNotEmpty().noneMatch(command -> command.startsWith("C: AUTH"));
    stop();
    deliver(
        Map.of(
            "gatewayUsername", "relay",
            "gatewayPassword", "secret",
            "mail.smtp.starttls.required", "false"));
    queue("outgoing").flush();
    Awaitility.await().until(() -> commands().anyMatch(command -> command.startsWith("C: AUTH")));
  }

  @Test
  void gatewayWithoutAnAddressShouldBeNamed() throws Exception {
    deliver(Map.of("gateway", "nowhere.test", "maxDnsProblemRetries", "3"));
    enqueue("a@example.org", "good@example.net");
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("deferred")));
    assertThat(lines())
        .anyMatch(line -> line.contains("error=\"there is no nowhere.test in the DNS\""));
  }

  @Test
  void copyForTheProcessorOfSuccessesShouldBeNoBounce() throws Exception {
    deliver(Map.of("onSuccess", "successes", "doubleBounceProcessor", "double"));
    ManageableMailQueue processors = queue("spool");
    enqueue("<>", "good@example.net", "later@example.net");
    Awaitility.await().until(() -> processors.getSize() == 1);
    processors.clear();
    assertThat(entry().recipients())
        .extracting(Recipient::address, Recipient::state)
        .containsExactly(
            tuple("good@example.net", Recipient.State.DELIVERED),
            tuple("later@example.net", Recipient.State.QUEUED));
    assertThat(lines())
        .anyMatch(line -> line.matches("delivered .*to=<good@example.net>.*"))
        .anyMatch(line -> line.matches("deferred .*to=<later@example.net>.*"))
        .noneMatch(line -> line.startsWith("bounced"));
  }

  @Test
  void silenceShouldNotBeTakenForTheRefusalOfAnotherTransaction() throws Exception {
    nextHost.follow(
        SmtpScript.accepting()
            .extensions("DSN")
            .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody here"))
            .on("RCPT TO:<drop@", Reaction.close()));
    deliver(Map.of("bounceProcessor", "bounces"));
    for (DsnParameters.Notify notify :
        List.of(DsnParameters.Notify.FAILURE, DsnParameters.Notify.DELAY)) {
      MailImpl mail =
          NewMails.from("a@example.org", "m", "body", "never@example.net", "drop@example.net");
      mail.setDsnParameters(
          DsnParameters.builder()
              .addRcptParameter(
                  new MailAddress("drop@example.net"),
                  DsnParameters.RecipientDsnParameters.of(EnumSet.of(notify)))
              .build()
              .orElseThrow());
      queue("outgoing").enQueue(mail);
      mail.dispose();
    }
    Awaitility.await()
        .until(
            () ->
                lines().filter(line -> line.startsWith("deferred")).count()
                        + lines().filter(line -> line.startsWith("bounced")).count()
                    == 4);
    assertThat(lines().filter(line -> line.startsWith("bounced")))
        .hasSize(2)
        .allMatch(line -> line.contains("to=<never@example.net> "));
  }

  @Test
  void stopShouldWaitForAHostThatIsAboutToAccept() throws Exception {
    nextHost.follow(
        SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofSeconds(1))));
    deliver(Map.of());
    enqueue("a@example.org", "good@example.net");
    Awaitility.await().until(() -> commands().anyMatch(command -> command.startsWith("C: DATA")));
    delivery.destroy();
    assertThat(lines()).anyMatch(line -> line.startsWith("delivered"));
    assertThat(queue("outgoing").getSize()).isZero();
  }

  @Test
  void mailThatOnlyWaitedForAThreadShouldBeDueAfterAStop() throws Exception {
    nextHost.follow(
        SmtpScript.accepting().on(".", Reaction.reply("250 ok").after(Duration.ofSeconds(1))));
    deliver(Map.of());
    for (int i = 0; i < 60; i++) {
      enqueue("a@example.org", "good@example.net");
    }
    Awaitility.await().until(() -> !nextHost.mails().isEmpty());
    delivery.destroy();
    Instant now = Instant.now();
    assertThat(queue("outgoing").getSize()).isPositive();
    ManageableMailQueue.MailQueueIterator items = queue("outgoing").browse();
    items.forEachRemaining(
        item ->
            assertThat(item.getNextDelivery().map(ChronoZonedDateTime::toInstant))
                .hasValueSatisfying(due -> assertThat(due).isBeforeOrEqualTo(now)));
    items.close();
  }

  @Test
  void mailShouldNotStandBehindASilentHostWhileThreadsAreIdle() throws Exception {
    nextHost.follow(
        SmtpScript.accepting().on("RCPT TO:<mute@", Reaction.stall(Duration.ofSeconds(30))));
    deliver(Map.of());
    for (int i = 0; i < 10; i++) {
      enqueue("a@example.org", "mute@example.net");
    }
    for (int i = 0; i < 100; i++) {
      enqueue("a@example.org", "good@example.net");
    }
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> nextHost.mails().size() == 100);
    nextHost.close(); // so that the silent ones end
  }

  @Test
  void attemptThatAStopBreaksOffShouldBeNone() throws Exception {
    zone.ignore("silent.test.");
    deliver(Map.of("gateway", "", "bounceProcessor", "bounces", "maxDnsProblemRetries", "0"));
    ManageableMailQueue bounces = queue("spool");
    enqueue("a@example.org", "good@silent.test");
    Awaitility.await().until(() -> !zone.questions().isEmpty());
    delivery.destroy();
    assertThat(lines().filter(line -> line.matches("(bounced|delivered|deferred) .*"))).isEmpty();
    assertThat(bounces.getSize()).isZero();
    assertThat(entry().recipients())
        .extracting(Recipient::state, Recipient::attempts)
        .containsExactly(tuple(Recipient.State.QUEUED, 0));
  }

  @Test
  void countOfAttemptsShouldSurviveARestart() throws Exception {
    deliver(Map.of("maxRetries", "1", "delayTime", "1 hour"));
    enqueue("a@example.org", "later@example.net");
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("deferred")));
    Awaitility.await().until(() -> entry().recipients().get(0).attempts() == 1);
    stop();
    factory.close();
    factory = QueueFactories.over(new Queues(spool, Clock.systemUTC()), new WorkInHand());
    deliver(Map.of("maxRetries", "1", "delayTime", "1 hour"));
    queue("outgoing").flush();
    Awaitility.await().until(() -> lines().anyMatch(line -> line.startsWith("bounced")));
  }

  @Test
  void bounceProcessorShouldGetTheMailInTheSameCommit() throws Exception {
    deliver(Map.of("bounceProcessor", "bounces"));
    queue("spool");
    long before = spool.counters().commits();
    enqueue("a@example.org", "good@example.net", "never@example.net");
    Awaitility.await().until(() -> spool.counters().commits() - before == 2);
    Awaitility.await().until(() -> queue("outgoing").getSize() == 0);
    MailQueueItem bounce = Flux.from(queue("spool").deQueue()).blockFirst();
    assertThat(bounce.getMail().getState()).isEqualTo("bounces");
    awaitOutcomes(2);
    assertThat(lines().filter(RemoteDeliveryTest::isOutcome))
        .hasSize(2)
        .anyMatch(line -> line.matches("bounced .*to=<never@example.net>.*error=\".*550.*"))
        .anyMatch(line -> line.matches("delivered .*to=<good@example.net>.*"));
  }

  @Test
  void bounceThatIsRefusedShouldBeDroppedAsInStockUnlessThereIsAProcessorForIt() throws Exception {
    deliver(Map.of("bounceProcessor", "bounces"));
    queue("spool");
    long before = spool.counters().commits();
    enqueue("<>", "never@example.net");
    Awaitility.await().until(() -> spool.counters().commits() - before == 2);
    Awaitility.await().until(() -> queue("outgoing").getSize() == 0);
    assertThat(queue("spool").getSize()).isZero();
  }

  @Test
  void bounceThatIsRefusedShouldGoToItsProcessorInTheCommitThatEndsIt() throws Exception {
    deliver(Map.of("doubleBounceProcessor", "double"));
    queue("spool");
    long before = spool.counters().commits();
    enqueue("<>", "never@example.net");
    Awaitility.await().until(() -> spool.counters().commits() - before == 2);
    Awaitility.await().until(() -> queue("outgoing").getSize() == 0);
    MailQueueItem kept = Flux.from(queue("spool").deQueue()).blockFirst();
    assertThat(kept.getMail().getState()).isEqualTo("double");
    assertThat(kept.getMail().hasSender()).isFalse();
    awaitLine("bounced .*to=<never@example.net>.*");
  }

  @Test
  void bounceThatIsDeferredShouldStayInTheQueue() throws Exception {
    deliver(Map.of("doubleBounceProcessor", "double"));
    queue("spool");
    long before = spool.counters().commits();
    enqueue("<>", "later@example.net");
    Awaitility.await().until(() -> spool.counters().commits() - before == 2);
    assertThat(queue("outgoing").getSize()).isEqualTo(1);
    assertThat(queue("spool").getSize()).isZero();
  }
}
