/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.config.Settings;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.identity.KnownNames;
import org.posthouse.identity.limits.Limits;
import org.posthouse.identity.limits.LimitsConfiguration;
import org.posthouse.identity.limits.MailCount;
import org.posthouse.identity.limits.Submitter;
import org.posthouse.james.message.Needs;
import org.posthouse.james.queue.QueueStores;
import org.posthouse.james.queue.WorkInHand;
import org.posthouse.queue.Queues;
import org.posthouse.spool.Batch;
import org.posthouse.spool.Durability;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import reactor.core.publisher.Flux;

/** Mail whose time of release has come, over a real store. */
@Timeout(60)
class ReleaseTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;
  private final WorkInHand work = new WorkInHand();
  private RocksSpool store;
  private QueueStores queues;
  private ManageableMailQueue spool;
  private Limits limits;
  private Release release;

  @BeforeEach
  void open() throws Exception {
    store = OpenStores.at(directory.resolve("store"));
    queues = QueueStores.over(new Queues(store, Clock.systemUTC()), work);
    spool = queues.queue("spool");
    Path file = directory.resolve("limits.xml");
    Files.writeString(
        file,
        "<limits><limit name='h' per='all'><messages>1 / 1 h</messages><when>hold</when></limit>"
            + "</limits>");
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    limits =
        Limits.open(
            LimitsConfiguration.read(new Settings(file, values), directory, KnownNames.UNKNOWN),
            directory,
            Clock.systemUTC());
    release = new Release(limits, queues.factory(), Clock.systemUTC());
  }

  @AfterEach
  void close() {
    limits.close();
    queues.close();
    store.close();
  }

  private MailImpl mail(boolean later) throws MessagingException, IOException {
    byte[] octets = "Subject: s\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII);
    MailImpl mail =
        MailImpl.builder()
            .name("m")
            .sender("a@example.org")
            .addRecipients("b@example.net")
            .mimeMessage(
                new MimeMessage(
                    Session.getInstance(new Properties()), new ByteArrayInputStream(octets)))
            .build();
    MailCount count =
        limits.begin(
            new Submitter(Optional.empty(), InetAddress.getByName("192.0.2.7")), "", later);
    assertThat(count.mail(0)).isEmpty();
    count.booked().ifPresent(booked -> Release.note(mail, booked));
    count.accepted();
    return mail;
  }

  /** Takes what is due of the queue, as the spooler does; whether it went on. */
  private boolean released() throws Exception {
    MailQueueItem item = Flux.from(spool.deQueue()).blockFirst();
    Mail mail = item.getMail();
    boolean[] goesOn = new boolean[1];
    work.process(mail, () -> goesOn[0] = release.goesOn(mail));
    item.done(CompletionStatus.SUCCESS);
    LifecycleUtil.dispose(mail);
    store.commit(new Batch(), Durability.ORDERED).join(); // the step before is committed behind us
    return goesOn[0];
  }

  private List<Duration> waits() throws Exception {
    ManageableMailQueue.MailQueueIterator views = spool.browse();
    List<Duration> waits = new ArrayList<>();
    while (views.hasNext()) {
      ZonedDateTime due = views.next().getNextDelivery().orElseThrow();
      waits.add(Duration.between(ZonedDateTime.now(due.getZone()), due));
    }
    return waits;
  }

  @Test
  void mailOfOneTimeShouldLeaveAtTheRateAndBeCountedOnce() throws Exception {
    for (int i = 0; i < 3; i++) {
      spool.enQueue(mail(true));
    }
    assertThat(released()).isTrue();
    assertThat(released()).isFalse();
    assertThat(released()).isFalse();
    assertThat(waits()).hasSize(2);
    assertThat(waits().get(0)).isBetween(HOUR.minusMinutes(1), HOUR);
    assertThat(waits().get(1))
        .isBetween(HOUR.multipliedBy(2).minusMinutes(1), HOUR.multipliedBy(2));
    spool.flush();
    assertThat(released()).as("its turn has come").isTrue();
    assertThat(released()).isTrue();
    assertThat(spool.getSize()).isZero();
  }

  @Test
  void mailThatWaitsForItsTimeShouldHoldUpNoOther() throws Exception {
    spool.enQueue(mail(true), HOUR);
    spool.enQueue(mail(false));
    assertThat(released()).isTrue();
    assertThat(waits()).hasSize(1);
  }

  @Test
  void mailToBeReturnedShouldBeHeldNoLongerThanUntilThen() throws Exception {
    spool.enQueue(mail(false));
    assertThat(released()).isTrue();
    MailImpl mail = mail(true);
    Needs.add(mail, DeliverBy.parse("600;R", System.currentTimeMillis()));
    spool.enQueue(mail);
    assertThat(released()).isFalse();
    assertThat(waits().get(0)).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
  }
}
