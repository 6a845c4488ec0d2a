/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.user.memory.MemoryUsersRepository;

/** Who may log in. */
final class UsersModule extends AbstractModule {
  @Provides
  @Singleton
  UsersRepository users(DomainList domains) {
    return MemoryUsersRepository.withVirtualHosting(domains);
  }
}
