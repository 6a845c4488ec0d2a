/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.posthouse.delivery.Attempt;
import org.posthouse.delivery.Doubt;
import org.posthouse.delivery.FailurePolicy;
import org.posthouse.delivery.Place;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.queue.QueuedMail;
import org.posthouse.queue.Recipient;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Phase;
import org.posthouse.smtp.TlsSession;
import org.posthouse.spool.RecordReader;
import org.posthouse.spool.RecordWriter;
import org.posthouse.spool.SlotFile;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which mail a host may have without a stored outcome, in a file that a kill of the process leaves
 * ({@link SlotFile}): written before the end of a mail is sent, cleared once its outcome is in the
 * store. What it holds at a start is what the process before did not get to know.
 *
 * <p>A record: v version, v entry, v attempts of all its recipients, texts destination, site,
 * source, host and TLS protocol (null: in clear), v flags, v number of the first recipient, octets:
 * bits of the recipients from there, lowest first. An outcome counts an attempt more, so a record
 * that a loss of power brings back, or that was not cleared in time, is known by its number of
 * attempts.
 *
 * <p>The file also has the lines of the log that tell of ends of mail ({@link KeptLine}), from
 * before these are stored until they are logged: else a kill between the two would lose them.
 */
public final class Doubts implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Doubts.class);
  private static final String NAME = "doubts.bin";
  private static final int VERSION = 1;
  private static final int VERIFIED = 1;
  private static final int DSN = 2;

  /** More recipients are in doubt than fit into the record. */
  private static final int INEXACT = 4;

  private static final int DELIVER_BY = 8;

  /** The longest numbers and lengths after the texts, in octets. */
  private static final int NUMBERS = 16;

  private final SlotFile file;

  /** Those that were found at the start. */
  private final List<KeptLine> lines = new ArrayList<>();

  /** Of entries that nobody has taken since. */
  private final Map<SpoolId, List<Left>> left = new ConcurrentHashMap<>();

  /**
   * A doubt that stands in the file.
   *
   * @param attempts of all recipients of the entry, when the end of the mail was sent
   * @param recipients their numbers in the entry
   * @param exact whether nobody beyond them is in doubt
   */
  record Left(
      int slot,
      SpoolId entry,
      long attempts,
      Place place,
      Attempt.Peer host,
      BitSet recipients,
      boolean exact) {
    /** Whether no outcome of the entry was stored since. */
    boolean holdsFor(QueuedMail mail) {
      return attempts == attemptsOf(mail);
    }

    /** Those of its recipients who still wait. */
    List<Recipient> of(QueuedMail mail) {
      List<Recipient> all = mail.recipients();
      return recipients.stream()
          .filter(number -> number < all.size())
          .mapToObj(all::get)
          .filter(Recipient::isQueued)
          .toList();
    }

    /** How many beyond those who fitted into the record may be in doubt, too. */
    long beyond(QueuedMail mail) {
      return exact
          ? 0
          : mail.recipients().stream()
              .skip(recipients.length())
              .filter(Recipient::isQueued)
              .count();
    }

    /** As if the reply to the final dot had been lost. */
    Answer answer() {
      String text =
          "the relay ended before the answer of "
              + host.host()
              + " to the end of the mail was known";
      return new Answer(
          Phase.FINAL_DOT,
          null,
          new Answer.Failure(Answer.Kind.CLOSED, text, new EnhancedStatusCode(4, 4, 2)));
    }
  }

  private Doubts(SlotFile file) {
    this.file = file;
    file.found().forEach(this::read);
  }

  /** Those of a store that this process has open; never fails. */
  public static Doubts open(Path store) {
    return new Doubts(SlotFile.open(store.resolve(NAME)));
  }

  /** Those of queues whose mail nobody delivers. */
  public static Doubts none() {
    return new Doubts(SlotFile.none());
  }

  private void read(int slot, byte[] record) {
    try {
      if (KeptLine.isOne(record)) {
        lines.add(KeptLine.decode(slot, record));
      } else {
        add(decode(slot, record));
      }
    } catch (SpoolException.Unreadable | IllegalArgumentException e) {
      LOGGER.warn("slot {} of {} cannot be read: {}", slot, NAME, e.getMessage());
      file.clear(slot);
    }
  }

  private void add(Left one) {
    left.merge(
        one.entry(),
        List.of(one),
        (some, more) -> {
          List<Left> all = new ArrayList<>(some);
          all.addAll(more);
          return List.copyOf(all);
        });
  }

  /** Forgets doubts of entries that are no longer there: their outcome was stored. */
  void keep(Predicate<SpoolId> exists) {
    List.copyOf(left.keySet()).stream().filter(exists.negate()).forEach(this::forget);
    if (!left.isEmpty()) {
      LOGGER.warn("{} mails may have arrived when the relay ended", left.size());
    }
  }

  /**
   * Writes lines that are to be logged once the outcome of an entry is stored: those of ends, as
   * far as they fit.
   *
   * @return where they stand, to be cleared once they are logged
   */
  List<Integer> keepLines(QueuedMail entry, List<String> wanted) {
    long attempts = attemptsOf(entry);
    return wanted.stream()
        .filter(MailEvents::isEnd)
        .map(line -> KeptLine.encode(entry.id(), attempts, line))
        .filter(record -> record.length <= SlotFile.ROOM)
        .flatMap(record -> file.put(record).stream().boxed())
        .toList();
  }

  void clearLines(List<Integer> slots) {
    slots.forEach(file::clear);
  }

  /**
   * Tells the lines of ends that were stored as the process before ended, which may have logged
   * them; forgets those whose end was not stored.
   *
   * @param find gives an entry of the store
   */
  void tellLines(Function<SpoolId, Optional<QueuedMail>> find, Consumer<String> again) {
    for (KeptLine line : lines) {
      if (isStored(line, find)) {
        again.accept(line.text());
      }
      file.clear(line.slot());
    }
    lines.clear();
  }

  private static boolean isStored(KeptLine line, Function<SpoolId, Optional<QueuedMail>> find) {
    try {
      return find.apply(line.entry())
          .map(entry -> attemptsOf(entry) != line.attempts())
          .orElse(true); // with its last end an entry goes
    } catch (SpoolException e) {
      LOGGER.warn("entry {} cannot be read: {}", line.entry(), e.getMessage());
      return false;
    }
  }

  /** What was left of an entry; empty most often. */
  List<Left> left(SpoolId entry) {
    return left.getOrDefault(entry, List.of());
  }

  /**
   * Writes a doubt, as far as it is about recipients of an entry that wait.
   *
   * @return empty when it is about none, or cannot be written
   */
  Optional<Left> put(QueuedMail entry, Doubt doubt) {
    BitSet recipients = new BitSet();
    for (int i = 0; i < entry.recipients().size(); i++) {
      Recipient recipient = entry.recipients().get(i);
      if (recipient.isQueued() && doubt.recipients().contains(recipient.address())) {
        recipients.set(i);
      }
    }
    if (recipients.isEmpty()) {
      return Optional.empty();
    }
    Place place = doubt.place();
    long attempts = attemptsOf(entry);
    OptionalInt slot = file.put(encode(entry.id(), attempts, place, doubt.host(), recipients));
    return slot.isPresent()
        ? Optional.of(
            new Left(slot.getAsInt(), entry.id(), attempts, place, doubt.host(), recipients, true))
        : Optional.empty();
  }

  /** Clears one that came to nothing, or to an outcome that is stored. */
  void clear(Left one) {
    file.clear(one.slot());
  }

  /** As {@link #left}; who takes them either clears or leaves them. */
  List<Left> take(SpoolId entry) {
    List<Left> taken = left.isEmpty() ? null : left.remove(entry);
    return taken == null ? List.of() : taken;
  }

  /** Leaves doubts to who takes the entry next: what became of them is not known. */
  void leave(List<Left> own) {
    own.forEach(this::add);
  }

  /** Forgets what was left of an entry. */
  void forget(SpoolId entry) {
    take(entry).forEach(this::clear);
  }

  /** The attempt that doubts about an entry come to, as far as they hold. */
  static Attempt attempt(QueuedMail entry, List<Left> doubts) {
    List<Attempt.Outcome> outcomes = new ArrayList<>();
    for (Left each : doubts.stream().filter(doubt -> doubt.holdsFor(entry)).toList()) {
      Answer answer = each.answer();
      for (Recipient recipient : each.of(entry)) {
        outcomes.add(
            new Attempt.Outcome(
                recipient.address(), FailurePolicy.of(answer), answer, each.host()));
      }
    }
    return new Attempt(outcomes, null, 0);
  }

  private static long attemptsOf(QueuedMail entry) {
    long sum = 0;
    for (Recipient recipient : entry.recipients()) {
      sum += recipient.attempts();
    }
    return sum;
  }

  private static byte[] encode(
      SpoolId entry, long attempts, Place place, Attempt.Peer host, BitSet recipients) {
    TlsSession tls = host.tls();
    byte[] head =
        new RecordWriter(200)
            .number(VERSION)
            .number(entry.value())
            .number(attempts)
            .text(place.destination())
            .text(place.site())
            .text(place.source())
            .text(host.host())
            .text(tls == null ? null : tls.protocol())
            .toRecord();
    int first = recipients.nextSetBit(0);
    byte[] bits = recipients.get(first, recipients.length()).toByteArray();
    int room = Math.max(0, SlotFile.ROOM - head.length - NUMBERS);
    boolean exact = bits.length <= room;
    int flags =
        (tls != null && tls.isVerified() ? VERIFIED : 0)
            | (host.dsn() ? DSN : 0)
            | (host.deliverBy() ? DELIVER_BY : 0);
    byte[] tail =
        new RecordWriter(NUMBERS + bits.length)
            .number(exact ? flags : flags | INEXACT)
            .number(first)
            .octets(exact ? bits : Arrays.copyOf(bits, room))
            .toRecord();
    return ByteBuffer.allocate(head.length + tail.length).put(head).put(tail).array();
  }

  private static Left decode(int slot, byte[] record) {
    RecordReader in = new RecordReader(record);
    long version = in.number();
    if (version != VERSION) {
      throw new SpoolException.Unreadable("it has version " + version);
    }
    SpoolId entry = new SpoolId(in.number());
    long attempts = in.number();
    Place place = new Place(in.text(), in.text(), in.text());
    String host = in.text();
    @Nullable String protocol = in.nullableText();
    int flags = in.count();
    boolean verified = (flags & VERIFIED) != 0;
    // Of the session a log and a report want to know no more than this.
    TlsSession tls =
        protocol == null ? null : new TlsSession(protocol, "", null, verified ? null : "");
    int first = in.count();
    BitSet recipients = new BitSet();
    BitSet.valueOf(in.octets()).stream().forEach(number -> recipients.set(first + number));
    return new Left(
        slot,
        entry,
        attempts,
        place,
        new Attempt.Peer(host, null, tls, (flags & DSN) != 0, (flags & DELIVER_BY) != 0),
        recipients,
        (flags & INEXACT) == 0);
  }

  @Override
  public void close() {
    file.close();
  }
}
