/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.MailImpl;
import org.awaitility.Awaitility;
import org.posthouse.james.RemoteDelivery;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Queues;
import org.posthouse.spool.Keys;
import org.posthouse.spool.Spool;
import org.posthouse.spool.SpoolId;
import org.posthouse.spool.Table;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ReceivedMail;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SmtpScript;
import reactor.core.publisher.Flux;

/** A relay that hands all mail to one scripted host, unless told otherwise. */
final class RelayToOneHost implements AutoCloseable {
  static final SmtpScript MIXED =
      SmtpScript.accepting()
          .on("RCPT TO:<\"later", Reaction.reply("450 4.2.1 Not now"))
          .on("RCPT TO:<\"never", Reaction.reply("550 5.1.1 Nobody here"))
          .on("RCPT TO:<later@", Reaction.reply("450 4.2.1 Not now"))
          .on("RCPT TO:<never@", Reaction.reply("550 5.1.1 Nobody here"));

  private final Path directory;
  private final ScriptedSmtpServer nextHost = ScriptedSmtpServer.start(MIXED);
  private DeliveryRig rig;
  private RemoteDelivery delivery;

  RelayToOneHost(Path directory) throws Exception {
    this.directory = directory;
    this.rig = new DeliveryRig(directory, DeliveryRig.nothing());
  }

  DeliveryRig rig() {
    return rig;
  }

  ScriptedSmtpServer nextHost() {
    return nextHost;
  }

  RemoteDelivery delivery() {
    return delivery;
  }

  /** Begins to deliver, with these parameters besides those that lead to the host. */
  void deliver(Map<String, String> parameters) throws Exception {
    Map<String, String> all = new HashMap<>();
    all.put("gateway", "127.0.0.1");
    all.put("gatewayPort", "" + nextHost.port());
    all.put("sendpartial", "true");
    all.put("delayTime", "1 hour");
    all.putAll(parameters);
    delivery = rig.delivery(all);
    delivery.beginWork();
  }

  void stop() {
    delivery.destroy();
  }

  /** Stops, and opens the store again; the log begins anew. */
  void restart() throws Exception {
    restart(spool -> spool);
  }

  /**
   * As {@link #restart()}.
   *
   * @param view of the store that the queues have
   */
  void restart(UnaryOperator<Spool> view) throws Exception {
    rig.close();
    rig = new DeliveryRig(directory, DeliveryRig.nothing(), view);
  }

  /** How often the store has committed. */
  long commits() {
    return rig.spool.counters().commits();
  }

  ManageableMailQueue queue(String name) {
    return rig.queue(name);
  }

  Stream<String> lines() {
    return rig.lines();
  }

  void enqueue(String sender, String... recipients) throws Exception {
    MailImpl mail = NewMails.from(sender.equals("<>") ? "" : sender, "m", "body", recipients);
    queue("outgoing").enQueue(mail);
    mail.dispose();
  }

  static boolean isOutcome(String line) {
    return line.matches("(bounced|delivered|deferred) .*");
  }

  /** A line is written when its commit is through, which the queue may show before. */
  void awaitLine(String pattern) {
    Awaitility.await(pattern).until(() -> rig.hasLine(pattern));
  }

  void awaitOutcomes(int count) {
    Awaitility.await().until(() -> lines().filter(RelayToOneHost::isOutcome).count() == count);
  }

  byte[] only(Table table) {
    try (Spool.Cursor records = rig.spool.scan(table, new byte[0], new byte[0])) {
      assertThat(records.next()).as(table.name()).isTrue();
      byte[] key = records.key();
      byte[] value = records.value();
      assertThat(records.next()).as("second in " + table).isFalse();
      return ByteBuffer.allocate(key.length + value.length).put(key).put(value).array();
    }
  }

  QueuedMail entry() {
    SpoolId id = Keys.entry(only(Table.ENVELOPE));
    return new Queues(rig.spool, Clock.systemUTC()).entries().find(id).orElseThrow();
  }

  String report() throws Exception {
    MailQueueItem item = Flux.from(queue("spool").deQueue()).blockFirst(Duration.ofSeconds(20));
    assertThat(item.getMail().hasSender()).isFalse();
    assertThat(item.getMail().getRecipients()).containsExactly(new MailAddress("a@example.org"));
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    item.getMail().getMessage().writeTo(octets);
    item.done(MailQueueItem.CompletionStatus.SUCCESS);
    return octets.toString(StandardCharsets.UTF_8);
  }

  /** Without the empty ones that end a transaction in which nobody was accepted (RFC 2920, 3.1). */
  List<ReceivedMail> taken() {
    return nextHost.mails().stream().filter(mail -> mail.content().length > 0).toList();
  }

  Stream<String> commands() {
    return nextHost.dialogues().stream().flatMap(List::stream);
  }

  @Override
  public void close() throws IOException {
    rig.close();
    nextHost.close();
  }
}
