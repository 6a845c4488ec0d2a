/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.mailrepository.api.MailRepository;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.james.repository.RelayMailRepositoryStore;
import org.posthouse.queue.Operations;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Queues;
import org.posthouse.queue.Repository;
import org.posthouse.spool.Batch;
import org.posthouse.spool.Durability;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;
import reactor.core.publisher.Flux;

/**
 * A kill in each state of an entry (the table of src/doc/SPOOL.md), before and after the commit
 * that ends it: a copy of the files as they are at that moment is opened as a store of its own.
 */
@Timeout(60)
class CrashPointsTest {
  private static final String REPOSITORY = "file://var/mail/kept/";
  private static final String AS_ACCEPTED = "spool m: b queued, c queued; 1 bodies";
  private static final String IN_OUTGOING = "outgoing m: b queued, c queued; 1 bodies";

  @TempDir Path scratch;
  private final WorkInHand work = new WorkInHand();
  private RocksSpool spool;
  private RelayMailQueueFactory factory;
  private MailRepository repository;
  private final List<Mail> mails = new ArrayList<>();
  private int kills;

  @BeforeEach
  void open() {
    spool = OpenStores.at(scratch.resolve("store"));
    Queues queues = new Queues(spool, Clock.systemUTC());
    factory = QueueFactories.over(queues, work);
    repository =
        new RelayMailRepositoryStore(queues, work).select(MailRepositoryUrl.from(REPOSITORY));
  }

  @AfterEach
  void close() {
    mails.forEach(LifecycleUtil::dispose);
    factory.close();
    spool.close();
  }

  private ManageableMailQueue queue(String name) {
    return factory.createQueue(MailQueueName.of(name), MailQueueFactory.defaultPrefetchCount());
  }

  private Mail mail(String name, String... recipients) throws MessagingException {
    MailImpl mail = NewMails.of(name, "body of " + name, recipients);
    mails.add(mail);
    return mail;
  }

  private MailQueueItem enqueueAndTake(String queue) throws Exception {
    queue(queue).enQueue(mail("m", "b@example.org", "c@example.org"));
    return Flux.from(queue(queue).deQueue()).blockFirst();
  }

  /** A step inside is committed behind the caller's back: what is committed next comes after it. */
  private void succeed(MailQueueItem item) throws Exception {
    item.done(CompletionStatus.SUCCESS);
    spool.commit(new Batch(), Durability.ORDERED).join();
  }

  /** What a server finds that starts after a kill at this moment. */
  private String foundAfterAKill() throws IOException {
    Path image = scratch.resolve("image" + kills++);
    Files.createDirectories(image);
    try (Stream<Path> files = Files.list(scratch.resolve("store"))) {
      for (Path file : files.toList()) {
        Files.copy(file, image.resolve(file.getFileName()));
      }
    }
    try (RocksSpool found = OpenStores.at(image)) {
      return describe(found);
    }
  }

  private static String describe(Spool found) {
    Queues queues = new Queues(found, Clock.systemUTC());
    List<String> places = new ArrayList<>();
    for (String name : queues.queueNames()) {
      Iterator<Operations.View> views = queues.operations(queues.queue(name)).browse();
      views.forEachRemaining(view -> places.add(name + " " + describe(queues, view.id())));
    }
    for (String url : queues.repositoryUrls()) {
      Repository repository = queues.repository(url);
      for (String key : repository.keys("", 10)) {
        places.add("kept " + describe(queues, repository.find(key).orElseThrow()));
      }
    }
    int aside = OpenStores.count(found, Table.ASIDE);
    assertThat(OpenStores.count(found, Table.ENVELOPE)).isEqualTo(places.size() + aside);
    places.sort(null);
    if (aside > 0) {
      places.add(aside + " aside");
    }
    places.add(OpenStores.count(found, Table.BODY) + " bodies");
    return String.join("; ", places);
  }

  private static String describe(Queues queues, SpoolId id) {
    QueuedMail mail = queues.entries().find(id).orElseThrow();
    return mail.name()
        + mail.recipients().stream()
            .map(
                recipient ->
                    recipient.address().substring(0, 1)
                        + " "
                        + recipient.state().name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ", ": ", ""));
  }

  @Test
  void taken() throws Exception {
    MailQueueItem item = enqueueAndTake("spool");
    assertThat(item.getMail().getName()).isEqualTo("m");
    assertThat(foundAfterAKill()).isEqualTo(AS_ACCEPTED);
  }

  @Test
  void stagedAndMovedToOutgoingAndInARepository() throws Exception {
    MailQueueItem item = enqueueAndTake("spool");
    Mail mail = item.getMail();
    work.process(
        mail,
        () -> {
          queue("outgoing").enQueue(mail);
          queue("spool").enQueue(mail("notice", "a@example.org"));
          repository.store(mail);
        });
    assertThat(foundAfterAKill()).isEqualTo(AS_ACCEPTED);
    succeed(item);
    assertThat(foundAfterAKill())
        .isEqualTo(
            "kept m: b queued, c queued; outgoing m: b queued, c queued; spool notice: a queued;"
                + " 2 bodies");
  }

  @Test
  void deferred() throws Exception {
    MailQueueItem item = enqueueAndTake("outgoing");
    retryFor(item.getMail(), "c@example.org");
    assertThat(foundAfterAKill()).isEqualTo(IN_OUTGOING);
    item.done(CompletionStatus.SUCCESS);
    assertThat(foundAfterAKill()).isEqualTo("outgoing m: b delivered, c queued; 1 bodies");
  }

  @Test
  void deferredAndChanged() throws Exception {
    MailQueueItem item = enqueueAndTake("outgoing");
    item.getMail().setAttribute(Attribute.convertToAttribute("more", "than an attempt changes"));
    retryFor(item.getMail(), "c@example.org");
    assertThat(foundAfterAKill()).isEqualTo(IN_OUTGOING);
    item.done(CompletionStatus.SUCCESS);
    assertThat(foundAfterAKill()).isEqualTo("outgoing m: c queued; 1 bodies");
  }

  private void retryFor(Mail mail, String recipient) throws Exception {
    mail.setRecipients(List.of(new MailAddress(recipient)));
    queue("outgoing").enQueue(mail, Duration.ofHours(1));
  }

  @Test
  void bouncedByADelivery() throws Exception {
    queue("spool");
    MailQueueItem item = enqueueAndTake("outgoing");
    item.getMail();
    queue("spool").enQueue(mail("bounce", "a@example.org"));
    assertThat(foundAfterAKill()).isEqualTo(IN_OUTGOING);
    item.done(CompletionStatus.SUCCESS);
    assertThat(foundAfterAKill()).isEqualTo("spool bounce: a queued; 1 bodies");
  }

  @Test
  void finished() throws Exception {
    MailQueueItem item = enqueueAndTake("outgoing");
    item.getMail();
    assertThat(foundAfterAKill()).isEqualTo(IN_OUTGOING);
    item.done(CompletionStatus.SUCCESS);
    assertThat(foundAfterAKill()).isEqualTo("0 bodies");
  }

  @Test
  void failedInProcessing() throws Exception {
    MailQueueItem item = enqueueAndTake("spool");
    Mail mail = item.getMail();
    assertThatThrownBy(
            () ->
                work.process(
                    mail,
                    () -> {
                      repository.store(mail);
                      throw new MessagingException("for this test");
                    }))
        .hasMessage("for this test");
    queue("spool").enQueue(mail);
    assertThat(foundAfterAKill()).isEqualTo(AS_ACCEPTED);
    succeed(item);
    assertThat(foundAfterAKill()).as("the new entry that counts it").isEqualTo(AS_ACCEPTED);
  }

  @Test
  void setAside() throws Exception {
    queue("spool").enQueue(mail("m", "b@example.org", "c@example.org"));
    byte[] key;
    try (Spool.Cursor entries = spool.scan(Table.ENVELOPE, new byte[0], new byte[0])) {
      assertThat(entries.next()).isTrue();
      key = entries.key();
    }
    byte[] garbage = {-1, -1, -1};
    spool.commit(new Batch().put(Table.ENVELOPE, key, garbage), Durability.SYNCED).join();
    MailQueueItem item = Flux.from(queue("spool").deQueue()).blockFirst();
    assertThatThrownBy(item::getMail).isInstanceOf(SpoolException.Unreadable.class);
    assertThat(foundAfterAKill()).isEqualTo("1 aside; 1 bodies");
  }
}
