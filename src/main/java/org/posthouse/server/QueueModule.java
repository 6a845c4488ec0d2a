/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.TypeLiteral;
import java.util.List;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.james.mailrepository.api.MailRepositoryUrlStore;
import org.apache.james.mailrepository.api.Protocol;
import org.apache.james.mailrepository.memory.MailRepositoryStoreConfiguration;
import org.apache.james.mailrepository.memory.MemoryMailRepository;
import org.apache.james.mailrepository.memory.MemoryMailRepositoryUrlStore;
import org.apache.james.modules.server.MailStoreRepositoryModule;
import org.apache.james.modules.server.RawPostDequeueDecoratorModule;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.queue.memory.MemoryMailQueueFactory;

/** Where accepted mail is kept: the queues and the repositories. */
final class QueueModule extends AbstractModule {
  @Override
  protected void configure() {
    install(new RawPostDequeueDecoratorModule());
    install(new MailStoreRepositoryModule());
    bind(MailRepositoryStoreConfiguration.Item.class)
        .toInstance(
            new MailRepositoryStoreConfiguration.Item(
                List.of(new Protocol("memory")),
                MemoryMailRepository.class.getName(),
                new BaseHierarchicalConfiguration()));
    bind(MemoryMailRepositoryUrlStore.class).in(Scopes.SINGLETON);
    bind(MailRepositoryUrlStore.class).to(MemoryMailRepositoryUrlStore.class);
    bind(MemoryMailQueueFactory.class).in(Scopes.SINGLETON);
    bind(new TypeLiteral<MailQueueFactory<?>>() {}).to(MemoryMailQueueFactory.class);
    bind(new TypeLiteral<MailQueueFactory<? extends MailQueue>>() {})
        .to(MemoryMailQueueFactory.class);
    bind(new TypeLiteral<MailQueueFactory<? extends ManageableMailQueue>>() {})
        .to(MemoryMailQueueFactory.class);
  }
}
