/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.repository;

import java.nio.file.Path;
import java.time.Clock;
import org.apache.james.mailrepository.MailRepositoryContract;
import org.apache.james.mailrepository.api.MailRepository;
import org.apache.james.mailrepository.api.MailRepositoryPath;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.james.queue.WorkInHand;
import org.posthouse.queue.Queues;
import org.posthouse.spool.RocksSpool;
import org.posthouse.spool.SpoolConfiguration;

/** James' own contract of a mail repository. */
class RelayMailRepositoryTest implements MailRepositoryContract {
  @TempDir Path directory;
  private RocksSpool spool;
  private RelayMailRepositoryStore store;

  @BeforeEach
  void open() {
    spool = RocksSpool.open(SpoolConfiguration.in(directory), Clock.systemUTC());
    store = new RelayMailRepositoryStore(new Queues(spool, Clock.systemUTC()), new WorkInHand());
  }

  @AfterEach
  void close() {
    spool.close();
  }

  @Override
  public MailRepository retrieveRepository() {
    return retrieveRepository(MailRepositoryPath.from("var/mail/contract"));
  }

  @Override
  public MailRepository retrieveRepository(MailRepositoryPath path) {
    return store.select(MailRepositoryUrl.from("file://" + path.asString()));
  }
}
