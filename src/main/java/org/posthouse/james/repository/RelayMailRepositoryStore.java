/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.repository;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.james.mailrepository.api.MailRepository;
import org.apache.james.mailrepository.api.MailRepositoryPath;
import org.apache.james.mailrepository.api.MailRepositoryStore;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.james.mailrepository.api.Protocol;
import org.posthouse.james.queue.WorkInHand;
import org.posthouse.queue.Queues;

/**
 * All repositories, whatever the protocol of their URL says: {@code file://var/mail/error/} of a
 * stock configuration names a repository, not a directory, and lives in the store like any other.
 */
public final class RelayMailRepositoryStore implements MailRepositoryStore {
  private static final Protocol DEFAULT = new Protocol("spool");

  private final Queues queues;
  private final WorkInHand work;
  private final Map<MailRepositoryUrl, MailRepository> selected = new ConcurrentHashMap<>();

  public RelayMailRepositoryStore(Queues queues, WorkInHand work) {
    this.queues = queues;
    this.work = work;
  }

  @Override
  public MailRepository select(MailRepositoryUrl url) {
    return selected.computeIfAbsent(url, u -> new RelayMailRepository(queues, u.asString(), work));
  }

  @Override
  public Optional<Protocol> defaultProtocol() {
    return Optional.of(DEFAULT);
  }

  @Override
  public Optional<MailRepository> get(MailRepositoryUrl url) {
    return Optional.of(url)
        .filter(known -> queues.repositoryUrls().contains(known.asString()))
        .map(this::select);
  }

  @Override
  public Stream<MailRepository> getByPath(MailRepositoryPath path) {
    return getUrls().filter(url -> url.getPath().equals(path)).map(this::select);
  }

  @Override
  public Stream<MailRepositoryUrl> getUrls() {
    return queues.repositoryUrls().stream().map(MailRepositoryUrl::from);
  }
}
