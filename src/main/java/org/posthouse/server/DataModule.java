/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.ProvidesIntoSet;
import org.apache.james.CoreDataModule;
import org.apache.james.NaiveDelegationStoreModule;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.lib.DomainListConfiguration;
import org.apache.james.domainlist.xml.XMLDomainList;
import org.apache.james.mailbox.Authorizator;
import org.apache.james.rrt.api.AliasReverseResolver;
import org.apache.james.rrt.api.CanSendFrom;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.rrt.lib.AliasReverseResolverImpl;
import org.apache.james.rrt.lib.CanSendFromImpl;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.apache.james.utils.InitializationOperation;
import org.apache.james.utils.InitilizationOperationBuilder;
import org.posthouse.james.data.RewriteTable;

/** Which domains are ours and how addresses are rewritten, from files in {@code conf/}. */
final class DataModule extends AbstractModule {
  @Override
  protected void configure() {
    install(new CoreDataModule());
    install(new NaiveDelegationStoreModule());
    bind(XMLDomainList.class).in(Scopes.SINGLETON);
    bind(DomainList.class).to(XMLDomainList.class);
    bind(RewriteTable.class).in(Scopes.SINGLETON);
    bind(RecipientRewriteTable.class).to(RewriteTable.class);
    bind(AliasReverseResolverImpl.class).in(Scopes.SINGLETON);
    bind(AliasReverseResolver.class).to(AliasReverseResolverImpl.class);
    bind(CanSendFromImpl.class).in(Scopes.SINGLETON);
    bind(CanSendFrom.class).to(CanSendFromImpl.class);
    // Nobody acts for another user: a relay has no mailboxes to delegate.
    bind(Authorizator.class).toInstance((user, other) -> Authorizator.AuthorizationState.FORBIDDEN);
  }

  @ProvidesIntoSet
  InitializationOperation configureDomainList(
      DomainListConfiguration configuration, XMLDomainList domainList) {
    return InitilizationOperationBuilder.forClass(XMLDomainList.class)
        .init(() -> domainList.configure(configuration));
  }

  @ProvidesIntoSet
  InitializationOperation configureRewriteTable(
      ConfigurationProvider configuration, RewriteTable table) {
    return InitilizationOperationBuilder.forClass(RewriteTable.class)
        .init(() -> table.configure(configuration.getConfiguration("recipientrewritetable")));
  }
}
