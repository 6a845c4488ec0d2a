/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.repository;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.mail.MessagingException;
import org.apache.james.mailrepository.api.MailKey;
import org.apache.james.mailrepository.api.MailRepository;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.queue.MailEvents;
import org.posthouse.james.queue.Mails;
import org.posthouse.james.queue.WorkInHand;
import org.posthouse.queue.Queues;
import org.posthouse.queue.Repository;
import org.posthouse.queue.Step;
import org.posthouse.spool.Durability;
import org.posthouse.spool.SpoolException;
import org.posthouse.spool.SpoolId;

/**
 * A repository in the store. What is stored while a queue item is worked on commits with that
 * item's removal and is seen from then on; anything else is on the disk when the method returns.
 */
final class RelayMailRepository implements MailRepository {
  private static final int PAGE = 500;

  private final Queues queues;
  private final Repository repository;
  private final Mails mails;
  private final WorkInHand work;
  private final String url;
  private final MailEvents events = new MailEvents();

  RelayMailRepository(Queues queues, String url, WorkInHand work) {
    this.queues = queues;
    this.url = url;
    this.repository = queues.repository(url);
    this.mails = new Mails(queues.spool(), queues.entries());
    this.work = work;
  }

  @Override
  public long size() {
    return repository.size();
  }

  @Override
  public MailKey store(Mail mail) throws MessagingException {
    MailKey key = MailKey.forMail(mail);
    SpoolId id = queues.nextId();
    MailKey free = isTaken(key) ? new MailKey(key.asString() + "-" + id) : key;
    try {
      if (work.stage(mail, (step, staged) -> stage(step, free, id, staged))) {
        return free;
      }
      Step step = queues.step();
      stage(step, key, id, mail);
      commit(step);
    } catch (SpoolException | UncheckedIOException e) {
      throw new MessagingException("the mail " + mail.getName() + " could not be stored", e);
    }
    return key;
  }

  /**
   * Whether a mail is under a key. One that comes back from processing must not stand where
   * WebAdmin is about to remove the one that it was: "reprocess" enqueues a mail, then removes its
   * key.
   */
  private boolean isTaken(MailKey key) {
    return repository.find(key.asString()).isPresent();
  }

  private void stage(Step step, MailKey key, SpoolId id, Mail mail) throws MessagingException {
    Mails.store(mail, draft -> step.store(repository, key.asString(), id, draft));
    step.afterwards(events.kept(mail, url));
  }

  @Override
  public Iterator<MailKey> list() {
    List<MailKey> keys = new ArrayList<>();
    List<String> page = repository.keys("", PAGE);
    while (!page.isEmpty()) {
      page.forEach(key -> keys.add(new MailKey(key)));
      page = repository.keys(page.get(page.size() - 1), PAGE);
    }
    return keys.iterator();
  }

  @Override
  public @Nullable Mail retrieve(MailKey key) {
    return repository.find(key.asString()).flatMap(mails::find).orElse(null);
  }

  @Override
  public void remove(MailKey key) throws MessagingException {
    remove(List.of(key));
  }

  @Override
  public void remove(Collection<MailKey> keys) throws MessagingException {
    Step step = queues.step();
    keys.forEach(key -> step.remove(repository, key.asString()));
    commit(step);
  }

  @Override
  public void removeAll() throws MessagingException {
    List<String> page = repository.keys("", PAGE);
    while (!page.isEmpty()) {
      remove(page.stream().map(MailKey::new).toList());
      page = repository.keys("", PAGE);
    }
  }

  private static void commit(Step step) throws MessagingException {
    try {
      step.commit(Durability.SYNCED).join();
    } catch (CompletionException e) {
      throw new MessagingException("the repository could not be changed", e);
    }
  }
}
