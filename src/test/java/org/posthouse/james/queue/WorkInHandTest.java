/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.mailrepository.api.MailKey;
import org.apache.james.mailrepository.api.MailRepository;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.james.message.MessageOctets;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.james.repository.RelayMailRepositoryStore;
import org.posthouse.queue.DueQueue;
import org.posthouse.queue.Queues;
import org.posthouse.spool.Batch;
import org.posthouse.spool.BodyRef;
import org.posthouse.spool.Durability;
import org.posthouse.spool.Keys;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;

@Timeout(60)
class WorkInHandTest {
  private static final String OCTETS = "Subject: s\r\n\r\nthe body\r\n";
  private static final String REPOSITORY = "file://var/mail/kept/";

  @TempDir Path directory;
  private final WorkInHand work = new WorkInHand();
  private RocksSpool spool;
  private Queues queues;
  private RelayMailQueueFactory factory;
  private MailRepository repository;
  private final List<Mail> mails = new ArrayList<>();

  @BeforeEach
  void open() {
    spool = OpenStores.at(directory);
    queues = new Queues(spool, Clock.systemUTC());
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

  private RelayMailQueueItem take(String name) {
    queue(name);
    QueueContext context =
        new QueueContext(
            queues,
            new Mails(spool, queues.entries()),
            work,
            new MailEvents(),
            Doubts.none(),
            Clock.systemUTC(),
            name.equals("spool"));
    return new RelayMailQueueItem(context, queues.queue(name).take().orElseThrow());
  }

  private Mail mail(String name) throws MessagingException {
    MailImpl mail = NewMails.of(name, "the body", "b@example.org");
    mails.add(mail);
    return mail;
  }

  private static String octets(Mail mail) throws MessagingException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    mail.getMessage().writeTo(out);
    return out.toString(StandardCharsets.US_ASCII);
  }

  private RelayMailQueueItem accepted() throws Exception {
    queue("spool").enQueue(mail("m"));
    return take("spool");
  }

  /** A step inside is committed behind the caller's back: what is committed next comes after it. */
  private void succeed(RelayMailQueueItem item) throws Exception {
    item.done(CompletionStatus.SUCCESS);
    spool.commit(new Batch(), Durability.ORDERED).join();
  }

  private int bodies() {
    return OpenStores.count(spool, Table.BODY);
  }

  /** WebAdmin's "reprocess" enqueues the mail, and removes its key afterwards. */
  @Test
  void mailThatComesBackBeforeItsKeyIsRemovedShouldStay() throws Exception {
    MailKey key = repository.store(mail("m"));
    Mail again = Objects.requireNonNull(repository.retrieve(key));
    mails.add(again);
    queue("spool").enQueue(again);
    RelayMailQueueItem item = take("spool");
    work.process(item.getMail(), () -> repository.store(item.getMail()));
    succeed(item);

    repository.remove(key);

    assertThat(repository.size()).isEqualTo(1);
    Mail kept = Objects.requireNonNull(repository.retrieve(repository.list().next()));
    mails.add(kept);
    assertThat(kept.getName()).isEqualTo("m");
    assertThat(octets(kept)).contains("the body");
  }

  @Test
  void whatProcessingStagesShouldBeSeenAfterSuccessAndTogether() throws Exception {
    RelayMailQueueItem item = accepted();
    Mail mail = item.getMail();
    work.process(
        mail,
        () -> {
          queue("outgoing").enQueue(mail);
          queue("spool").enQueue(mail("bounce"));
          repository.store(mail);
        });
    assertThat(queue("outgoing").getSize()).isZero();
    assertThat(queue("spool").getSize()).isEqualTo(1);
    assertThat(repository.size()).isZero();
    succeed(item);
    assertThat(queue("outgoing").getSize()).isEqualTo(1);
    assertThat(queue("spool").getSize()).as("the bounce").isEqualTo(1);
    assertThat(repository.size()).isEqualTo(1);
    assertThat(bodies()).as("one shared, one of the bounce").isEqualTo(2);
  }

  @Test
  void onlyMailFromAnotherSenderShouldHaveAnIdOfItsOwn() throws Exception {
    RelayMailQueueItem item = accepted();
    Mail mail = item.getMail();
    MailImpl bounce = MailImpl.duplicate(mail);
    bounce.setSender(MailAddress.nullSender());
    Mail split = MailImpl.duplicate(mail);
    MailImpl rewritten = MailImpl.duplicate(mail);
    rewritten.setSender(new MailAddress("srs@example.org"));
    mails.addAll(List.of(bounce, split, rewritten));
    work.process(
        mail,
        () -> {
          queue("spool").enQueue(bounce);
          queue("spool").enQueue(split);
          queue("outgoing").enQueue(rewritten);
        });
    assertThat(QueueId.of(bounce)).isPresent().isNotEqualTo(QueueId.of(mail));
    assertThat(QueueId.of(split)).isEqualTo(QueueId.of(mail));
    assertThat(QueueId.of(rewritten)).isEqualTo(QueueId.of(mail));
    succeed(item);
  }

  @Test
  void exceptionShouldDiscardWhatWasStagedAndQueueTheMailAsItWasAccepted() throws Exception {
    RelayMailQueueItem item = accepted();
    Mail mail = item.getMail();
    assertThatThrownBy(
            () ->
                work.process(
                    mail,
                    () -> {
                      queue("outgoing").enQueue(mail);
                      repository.store(mail);
                      mail.getMessage().setHeader("Subject", "half done");
                      mail.setRecipients(List.of());
                      throw new MessagingException("for this test");
                    }))
        .hasMessage("for this test");
    LifecycleUtil.dispose(mail);
    queue("spool").enQueue(mail);
    succeed(item);
    assertThat(queue("outgoing").getSize()).isZero();
    assertThat(repository.size()).isZero();
    Mail again = take("spool").getMail();
    assertThat(octets(again)).isEqualTo(OCTETS);
    assertThat(again.getRecipients()).hasSize(1);
    assertThat(QueueId.of(again)).isEqualTo(QueueId.of(mail)).isPresent();
    assertThat(bodies()).isEqualTo(1);
  }

  @Test
  void itemsInHandThatStoreUnderATakenKeyShouldLoseNone() throws Exception {
    repository.store(mail("m"));
    List<RelayMailQueueItem> items = List.of(accepted(), accepted(), accepted());
    for (RelayMailQueueItem item : items) {
      Mail mail = item.getMail();
      work.process(mail, () -> repository.store(mail));
    }
    items.get(1).done(CompletionStatus.RETRY);
    items.get(0).done(CompletionStatus.SUCCESS);
    items.get(2).done(CompletionStatus.SUCCESS);
    take("spool").done(CompletionStatus.SUCCESS);
    // All three take turns behind the caller's back.
    Awaitility.await().until(() -> OpenStores.count(spool, Table.ENVELOPE) == 3);
    assertThat(repository.size()).isEqualTo(3);
    assertThat(bodies()).isEqualTo(3);
  }

  @Test
  void retryShouldDiscardWhatWasStaged() throws Exception {
    RelayMailQueueItem item = accepted();
    Mail mail = item.getMail();
    work.process(mail, () -> queue("outgoing").enQueue(mail));
    item.done(CompletionStatus.RETRY);
    assertThat(queue("outgoing").getSize()).isZero();
    assertThat(octets(take("spool").getMail())).isEqualTo(OCTETS);
  }

  @Test
  void retriedLargeMailShouldLeaveNoBodyBehind() throws Exception {
    RelayMailQueueItem item = accepted();
    Mail mail = item.getMail();
    work.process(
        mail,
        () -> {
          Mail generated = mail("large");
          generated.getMessage().setText("x".repeat(3_000_000));
          queue("outgoing").enQueue(generated);
        });
    assertThat(bodies()).isEqualTo(4);
    item.done(CompletionStatus.RETRY);
    succeed(take("spool"));
    assertThat(bodies()).isZero();
  }

  @Test
  void stepThatTheStoreRefusesForGoodShouldBeTriedAgainAfterAPause() throws Exception {
    RelayMailQueueItem item = accepted();
    Mail mail = item.getMail();
    DueQueue waiting = queues.queue("spool");
    SpoolId id = queues.operations(waiting).browse().next().id();
    BodyRef body = queues.entries().find(id).orElseThrow().body();
    spool.commit(new Batch().release(body, id), Durability.SYNCED).join();
    work.process(mail, () -> queue("outgoing").enQueue(mail));
    succeed(item);
    await().until(() -> waiting.nextDue().isPresent());
    assertThat(waiting.nextDue().orElseThrow()).isGreaterThan(System.currentTimeMillis() + 30_000);
    assertThat(queue("spool").getSize()).isEqualTo(1);
    assertThat(queue("outgoing").getSize()).isZero();
  }

  @Test
  void mailThatIsMovedAndRetriedShouldShareOneBody() throws Exception {
    RelayMailQueueItem item = accepted();
    Mail mail = item.getMail();
    work.process(mail, () -> queue("outgoing").enQueue(mail));
    succeed(item);
    for (int attempt = 0; attempt < 3; attempt++) {
      RelayMailQueueItem delivery = take("outgoing");
      queue("outgoing").enQueue(delivery.getMail(), Duration.ofNanos(1));
      succeed(delivery);
      assertThat(queue("outgoing").getSize()).isEqualTo(1);
      assertThat(bodies()).isEqualTo(1);
    }
    RelayMailQueueItem last = take("outgoing");
    assertThat(octets(last.getMail())).isEqualTo(OCTETS);
    succeed(last);
    assertThat(bodies()).isZero();
    assertThat(OpenStores.count(spool, Table.REFERENCE)).isZero();
    assertThat(OpenStores.count(spool, Table.RECIPIENT)).isZero();
  }

  @Test
  void mailSplitOverThreeQueuesShouldShareOneBodyAlsoWithItsHeaderEdited() throws Exception {
    RelayMailQueueItem item = accepted();
    Mail mail = item.getMail();
    mail.getMessage().addHeader("X-Seen", "yes");
    work.process(
        mail,
        () -> {
          for (String name : List.of("one", "two", "three")) {
            MailImpl copy = MailImpl.duplicateWithoutMessage(mail).build();
            copy.setMessageNoCopy(RelayMessage.of(mail.getMessage()).shareBody());
            queue(name).enQueue(copy);
          }
        });
    succeed(item);
    assertThat(bodies()).isEqualTo(1);
    assertThat(OpenStores.count(spool, Table.REFERENCE)).isEqualTo(3);
    for (String name : List.of("one", "two", "three")) {
      assertThat(bodies()).isEqualTo(1);
      RelayMailQueueItem part = take(name);
      assertThat(octets(part.getMail())).contains("X-Seen: yes\r\n").endsWith("the body\r\n");
      succeed(part);
    }
    assertThat(bodies()).isZero();
  }

  private Mail bounce() throws MessagingException {
    Mail bounce = mail("bounce");
    ((MailImpl) bounce).setSender(null);
    return bounce;
  }

  @Test
  void bounceOfADeliveryShouldBeSeenWithTheEndOfItsItemAndGoWithAnAbandonedOne() throws Exception {
    queue("outgoing").enQueue(mail("m"));
    RelayMailQueueItem item = take("outgoing");
    item.getMail();
    queue("spool").enQueue(bounce());
    assertThat(queue("spool").getSize()).isZero();
    item.done(CompletionStatus.RETRY);
    assertThat(queue("spool").getSize()).isZero();
    RelayMailQueueItem again = take("outgoing");
    again.getMail();
    queue("spool").enQueue(bounce());
    again.done(CompletionStatus.SUCCESS);
    assertThat(queue("spool").getSize()).isEqualTo(1);
    assertThat(queue("outgoing").getSize()).isZero();
    queue("spool").enQueue(mail("of nobody's item"));
    assertThat(queue("spool").getSize()).isEqualTo(2);
  }

  @Test
  void deliveryThatCouldNotStoreItsBounceShouldKeepItsItem() throws Exception {
    queue("outgoing").enQueue(mail("m"));
    RelayMailQueueItem item = take("outgoing");
    item.getMail();
    MailImpl unreadable = (MailImpl) bounce();
    LifecycleUtil.dispose(unreadable);
    unreadable.setMessageNoCopy(new RelayMessage(new UnreadableOctets()));
    assertThatThrownBy(() -> queue("spool").enQueue(unreadable)).isInstanceOf(Exception.class);
    item.done(CompletionStatus.SUCCESS);
    assertThat(queue("outgoing").getSize()).isEqualTo(1);
    assertThat(queues.queue("outgoing").take()).as("before a pause").isEmpty();
    assertThat(queue("spool").getSize()).isZero();
  }

  private static final class UnreadableOctets implements MessageOctets {
    @Override
    public byte[] headerOctets() {
      return "Subject: s\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public InputStream openBody() throws IOException {
      throw new IOException("for this test");
    }

    @Override
    public long bodySize() {
      return 10;
    }

    @Override
    public @Nullable String bodyId() {
      return null;
    }
  }

  @Test
  void damagedContentShouldBeSetAsideAndLeaveBrowseWhole() throws Exception {
    queue("spool").enQueue(mail("first"));
    queue("spool").enQueue(mail("second"));
    RelayMailQueueItem item = take("spool");
    byte[] key = Keys.entry(queues.operations(queues.queue("spool")).browse().next().id());
    spool
        .commit(new Batch().put(Table.CONTENT, key, new byte[] {1, 0, 0}), Durability.SYNCED)
        .join();
    assertThat(queue("spool").browse()).toIterable().hasSize(1);
    assertThatThrownBy(item::getMail).isInstanceOf(SpoolException.Unreadable.class);
    assertThat(queue("spool").getSize()).isEqualTo(1);
    assertThat(take("spool").getMail().getName()).isEqualTo("second");
    assertThat(OpenStores.count(spool, Table.ASIDE)).isEqualTo(1);
  }
}
