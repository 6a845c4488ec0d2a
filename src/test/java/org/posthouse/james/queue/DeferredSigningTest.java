/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.FilesOf;
import org.posthouse.dns.SystemDns;
import org.posthouse.mailets.DkimSign;
import org.posthouse.mailets.KeyTables;
import org.posthouse.message.WaitReason;
import org.posthouse.queue.Queues;
import org.posthouse.queue.Taken;
import org.posthouse.routing.ZoneServer;
import org.posthouse.signing.NewKey;
import org.posthouse.spool.Batch;
import org.posthouse.spool.Durability;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.SimpleResolver;

/**
 * A mail whose key the DNS does not have waits in the queue of the processors, and nowhere else.
 */
@Timeout(60)
class DeferredSigningTest {
  @TempDir Path home;
  private final WorkInHand work = new WorkInHand();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private RocksSpool spool;
  private Queues queues;
  private RelayMailQueueFactory factory;
  private ZoneServer zone;
  private NewKey key;

  @BeforeEach
  void open() throws Exception {
    lines.start();
    log().setLevel(Level.INFO);
    log().addAppender(lines);
    spool = OpenStores.at(home.resolve("spool"));
    queues = new Queues(spool, Clock.systemUTC());
    factory = QueueFactories.over(queues, work);
    zone = new ZoneServer();
    key = NewKey.ed25519();
    Path conf = Files.createDirectory(home.resolve("conf"));
    Files.writeString(conf.resolve("key.pem"), key.pem());
    Files.setPosixFilePermissions(
        conf.resolve("key.pem"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        conf.resolve("dkim.xml"),
        "<dkim><default signs='relay.test'><key selector='s' file='key.pem'/></default></dkim>");
  }

  private static Logger log() {
    return (Logger) LoggerFactory.getLogger("org.posthouse.mail");
  }

  @AfterEach
  void close() {
    log().detachAppender(lines);
    zone.close();
    factory.close();
    spool.close();
  }

  private ManageableMailQueue queue() {
    return factory.createQueue(MailQueueName.of("spool"), MailQueueFactory.defaultPrefetchCount());
  }

  private Optional<RelayMailQueueItem> take() {
    QueueContext context =
        new QueueContext(
            queues,
            new Mails(spool, queues.entries()),
            work,
            new MailEvents(),
            Doubts.none(),
            Clock.systemUTC(),
            true);
    Optional<Taken> taken = queues.queue("spool").take();
    return taken.map(each -> new RelayMailQueueItem(context, each));
  }

  private DkimSign mailet(String... more) throws Exception {
    SystemDns dns = new SystemDns(new SimpleResolver(zone.address()), Duration.ofSeconds(5));
    DkimSign mailet = new DkimSign(new FilesOf(home), dns, factory, new KeyTables());
    FakeMailetConfig.Builder config =
        FakeMailetConfig.builder()
            .mailetName("DkimSign")
            .setProperty("keyTable", "dkim.xml")
            .setProperty("checkDns", "defer")
            .setProperty("deferFor", "2 s");
    for (int i = 0; i < more.length; i += 2) {
      config.setProperty(more[i], more[i + 1]);
    }
    mailet.init(config.build());
    return mailet;
  }

  /** What was said of a mail. */
  private List<String> said(Mail mail) {
    String id = "id=" + QueueId.of(mail).orElseThrow() + " ";
    return List.copyOf(lines.list).stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains(id))
        .toList();
  }

  private static String octets(Mail mail) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    mail.getMessage().writeTo(out);
    return out.toString(StandardCharsets.US_ASCII);
  }

  @Test
  void mailShouldComeBackToItsProcessorAndBeSigned() throws Exception {
    MailImpl given = NewMails.of("m", "the body", "b@example.org");
    given.setState("transport");
    queue().enQueue(given);
    LifecycleUtil.dispose(given);
    RelayMailQueueItem item = take().orElseThrow();
    Mail mail = item.getMail();
    String before = octets(mail);
    DkimSign first = mailet();
    work.process(mail, () -> first.service(mail));
    assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    item.done(CompletionStatus.SUCCESS);
    spool.commit(new Batch(), Durability.ORDERED).join();
    assertThat(queue().getSize()).isEqualTo(1);
    assertThat(said(mail))
        .last(STRING)
        .matches(
            "deferred id=\\S+ to=<b@example.org> name=m next=2s error=\"5\\.7\\.5 .*not signed.*");
    assertThat(take()).as("before it is due").isEmpty();

    zone.with("s._domainkey.relay.test. 60 IN TXT \"" + key.record() + "\"");
    DkimSign second = mailet(); // which remembers nothing of the DNS
    RelayMailQueueItem again = await().until(this::take, Optional::isPresent).orElseThrow();
    Mail back = again.getMail();
    assertThat(back.getState()).isEqualTo("transport");
    assertThat(octets(back)).isEqualTo(before);
    assertThat(back.getAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE.getName())).isEmpty();
    work.process(back, () -> second.service(back));
    assertThat(octets(back)).startsWith("DKIM-Signature: v=1; a=ed25519-sha256;").endsWith(before);
    assertThat(said(back)).last(STRING).endsWith(" name=m d=relay.test s=s");
    assertThat(WaitReason.of(back)).isEmpty();
    again.done(CompletionStatus.SUCCESS);
    first.destroy();
    second.destroy();
  }

  @Test
  void mailThatNoKeyIsForShouldHaveALineWhereverItGoes() throws Exception {
    Files.writeString(
        home.resolve("conf/dkim.xml"),
        "<dkim><domain name='relay.test'><key selector='s' file='key.pem'/></domain></dkim>");
    queue().enQueue(NewMails.of("m", "the body", "b@example.org"));
    RelayMailQueueItem item = take().orElseThrow();
    Mail mail = item.getMail();
    DkimSign mailet = mailet("whenNoKey", "bounces");
    mailet.service(mail);
    assertThat(mail.getState()).isEqualTo("bounces");
    assertThat(said(mail))
        .last(STRING)
        .matches(
            "unsigned id=\\S+ name=m domain=\\S+"
                + " error=\"no key of the table is for it; it goes to bounces\"");
    new MailEvents().bounced(mail, List.copyOf(mail.getRecipients()));
    assertThat(said(mail))
        .last(STRING)
        .matches("bounced .* error=\"5\\.7\\.5 \\(mail .* is not signed: no key of the table .*");
    item.done(CompletionStatus.SUCCESS);
    mailet.destroy();
  }
}
