/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Scopes;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.ProvidesIntoSet;
import java.io.File;
import java.util.List;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.james.CoreDataModule;
import org.apache.james.GuiceJamesServer;
import org.apache.james.NaiveDelegationStoreModule;
import org.apache.james.UserEntityValidator;
import org.apache.james.core.Domain;
import org.apache.james.core.Username;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.lib.DomainListConfiguration;
import org.apache.james.domainlist.memory.MemoryDomainList;
import org.apache.james.mailbox.Authorizator;
import org.apache.james.mailrepository.api.MailRepositoryFactory;
import org.apache.james.mailrepository.api.MailRepositoryUrlStore;
import org.apache.james.mailrepository.api.Protocol;
import org.apache.james.mailrepository.memory.MailRepositoryStoreConfiguration;
import org.apache.james.mailrepository.memory.MemoryMailRepository;
import org.apache.james.mailrepository.memory.MemoryMailRepositoryFactory;
import org.apache.james.mailrepository.memory.MemoryMailRepositoryUrlStore;
import org.apache.james.modules.MailetProcessingModule;
import org.apache.james.modules.protocols.ProtocolHandlerModule;
import org.apache.james.modules.protocols.SMTPServerModule;
import org.apache.james.modules.protocols.SmtpGuiceProbe;
import org.apache.james.modules.server.DKIMMailetModule;
import org.apache.james.modules.server.DefaultProcessorsConfigurationProviderModule;
import org.apache.james.modules.server.RawPostDequeueDecoratorModule;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.queue.memory.MemoryMailQueueFactory;
import org.apache.james.rrt.api.AliasReverseResolver;
import org.apache.james.rrt.api.CanSendFrom;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.rrt.api.RecipientRewriteTableConfiguration;
import org.apache.james.rrt.lib.AliasReverseResolverImpl;
import org.apache.james.rrt.lib.CanSendFromImpl;
import org.apache.james.rrt.lib.MappingSource;
import org.apache.james.rrt.memory.MemoryRecipientRewriteTable;
import org.apache.james.server.core.configuration.Configuration;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.user.memory.MemoryUsersRepository;
import org.apache.james.utils.InitializationOperation;
import org.apache.james.utils.InitilizationOperationBuilder;

/**
 * A server of nothing but James' own modules. It is compiled and run on a class path that Maven
 * resolves from the pom beside it, in a process of its own.
 */
public final class StockServer {
  private StockServer() {}

  /** Starts the server of the home directory given, and says its port. */
  public static void main(String[] arguments) throws Exception {
    Configuration configuration =
        Configuration.builder().workingDirectory(new File(arguments[0])).build();
    GuiceJamesServer server =
        GuiceJamesServer.forConfiguration(configuration)
            .combineWith(
                new MailetProcessingModule(),
                new CoreDataModule(),
                new NaiveDelegationStoreModule(),
                new ProtocolHandlerModule(),
                new SMTPServerModule(),
                new DKIMMailetModule(),
                new DefaultProcessorsConfigurationProviderModule(),
                new RawPostDequeueDecoratorModule(),
                new InMemory());
    server.start();
    System.out.println("port " + server.getProbe(SmtpGuiceProbe.class).getSmtpPort().getValue());
    System.in.read(); // until whoever started it is gone
    server.stop();
    System.exit(0);
  }

  /** What James keeps in a database, in memory. */
  private static final class InMemory extends AbstractModule {
    @Override
    protected void configure() {
      bind(MemoryMailQueueFactory.class).in(Scopes.SINGLETON);
      bind(new TypeLiteral<MailQueueFactory<?>>() {}).to(MemoryMailQueueFactory.class);
      bind(new TypeLiteral<MailQueueFactory<? extends MailQueue>>() {})
          .to(MemoryMailQueueFactory.class);
      bind(new TypeLiteral<MailQueueFactory<? extends ManageableMailQueue>>() {})
          .to(MemoryMailQueueFactory.class);
      bind(MemoryDomainList.class).in(Scopes.SINGLETON);
      bind(DomainList.class).to(MemoryDomainList.class);
      bind(MemoryRecipientRewriteTable.class).in(Scopes.SINGLETON);
      bind(RecipientRewriteTable.class).to(MemoryRecipientRewriteTable.class);
      bind(AliasReverseResolver.class).to(AliasReverseResolverImpl.class);
      bind(CanSendFrom.class).to(CanSendFromImpl.class);
      bind(MemoryMailRepositoryUrlStore.class).in(Scopes.SINGLETON);
      bind(MailRepositoryUrlStore.class).to(MemoryMailRepositoryUrlStore.class);
      bind(MailRepositoryStoreConfiguration.Item.class)
          .toProvider(
              () ->
                  new MailRepositoryStoreConfiguration.Item(
                      List.of(new Protocol("memory")),
                      MemoryMailRepository.class.getName(),
                      new BaseHierarchicalConfiguration()));
      Multibinder.newSetBinder(binder(), MailRepositoryFactory.class)
          .addBinding()
          .to(MemoryMailRepositoryFactory.class);
      bind(Authorizator.class)
          .toInstance((user, other) -> Authorizator.AuthorizationState.FORBIDDEN);
    }

    @Provides
    @Singleton
    UsersRepository users(DomainList domains) {
      return MemoryUsersRepository.withVirtualHosting(domains);
    }

    @ProvidesIntoSet
    InitializationOperation data(
        MemoryDomainList domains,
        MemoryRecipientRewriteTable rewriting,
        UsersRepository users,
        UserEntityValidator validator) {
      return InitilizationOperationBuilder.forClass(MemoryDomainList.class)
          .init(
              () -> {
                domains.configure(DomainListConfiguration.DEFAULT);
                domains.addDomain(Domain.of("stock.example"));
                users.addUser(Username.of("ann@stock.example"), "secret");
                rewriting.setConfiguration(RecipientRewriteTableConfiguration.DEFAULT_ENABLED);
                rewriting.setDomainList(domains);
                rewriting.setUsersRepository(users);
                rewriting.setUserEntityValidator(validator);
                MappingSource list = MappingSource.fromUser("list", Domain.of("stock.example"));
                rewriting.addGroupMapping(list, "carl@example.net");
                rewriting.addGroupMapping(list, "dora@example.net");
                MappingSource gone = MappingSource.fromUser("gone", Domain.of("stock.example"));
                rewriting.addErrorMapping(gone, "550 5.1.6 She has moved");
              });
    }
  }
}
