/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.FailoverServerSet;
import com.unboundid.ldap.sdk.GetEntryLDAPConnectionPoolHealthCheck;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.PostConnectProcessor;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.ServerSet;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.SingleServerSet;
import com.unboundid.ldap.sdk.StartTLSPostConnectProcessor;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import java.time.Duration;
import java.util.List;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connections to a directory: some on which the search account is logged in, and others for the
 * binds of logins, on which nothing is searched that the login itself may not see.
 *
 * <p>Connections are made when they are needed, checked every half minute, and closed after ten
 * minutes, or after one when they lead to a server that is not the first.
 */
final class Directory implements AutoCloseable {
  private static final Duration CHECKED = Duration.ofSeconds(30);
  private static final Duration OLDEST = Duration.ofMinutes(10);
  private static final Duration OLDEST_ELSEWHERE = Duration.ofMinutes(1);
  private static final int MOST_OCTETS = 4 << 20;

  private final LDAPConnectionPool searches;
  private final LDAPConnectionPool logins;

  /** Something that is done with one connection. */
  @FunctionalInterface
  interface Work<T> {
    T with(LDAPConnection connection) throws LDAPException;
  }

  Directory(LdapSettings settings) {
    LdapSettings.Account account = settings.account();
    this.searches =
        pool(
            settings,
            account == null ? null : new SimpleBindRequest(account.dn(), account.password()));
    this.logins = pool(settings, null);
  }

  private static LDAPConnectionPool pool(LdapSettings settings, @Nullable BindRequest account) {
    List<ServerSet> servers =
        settings.servers().stream().map(server -> server(settings, server)).toList();
    FailoverServerSet failover = new FailoverServerSet(servers);
    failover.setMaxFailoverConnectionAgeMillis(OLDEST_ELSEWHERE.toMillis());
    long patience = settings.timeout().toMillis();
    try {
      // No connection at first: the relay starts though the directory is down.
      LDAPConnectionPool pool =
          new LDAPConnectionPool(
              failover,
              account,
              0,
              settings.connections(),
              1,
              null,
              false,
              new GetEntryLDAPConnectionPoolHealthCheck(
                  null, patience, false, false, false, true, false));
      pool.setHealthCheckIntervalMillis(CHECKED.toMillis());
      pool.setMaxConnectionAgeMillis(OLDEST.toMillis());
      pool.setCreateIfNecessary(true);
      return pool;
    } catch (LDAPException e) {
      throw new IllegalStateException("a pool without connections asked for one", e);
    }
  }

  private static ServerSet server(LdapSettings settings, LdapServer server) {
    SocketFactory sockets =
        server.tls() == LdapServer.Tls.IMPLICIT
            ? settings.trust().getSocketFactory()
            : SocketFactory.getDefault();
    PostConnectProcessor startTls =
        server.tls() == LdapServer.Tls.START
            ? new StartTLSPostConnectProcessor(settings.trust())
            : new NothingToDo();
    return new SingleServerSet(
        server.host(),
        server.port(),
        new PatientSockets(sockets, settings.timeout()),
        options(settings.timeout()),
        null,
        startTls);
  }

  /** Of a set of servers all have a processor or none. */
  private static final class NothingToDo implements PostConnectProcessor {
    @Override
    public void processPreAuthenticatedConnection(LDAPConnection connection) {}

    @Override
    public void processPostAuthenticatedConnection(LDAPConnection connection) {}
  }

  private static LDAPConnectionOptions options(Duration timeout) {
    LDAPConnectionOptions options = new LDAPConnectionOptions();
    options.setConnectTimeoutMillis((int) timeout.toMillis());
    options.setResponseTimeoutMillis(timeout.toMillis());
    options.setAbandonOnTimeout(true);
    options.setUseSynchronousMode(true);
    options.setFollowReferrals(false); // another server might be anyone's
    options.setBindWithDNRequiresPassword(true); // RFC 4513 section 5.1.2
    options.setMaxMessageSize(MOST_OCTETS);
    options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
    return options;
  }

  /** On a connection of the search account. */
  <T> T search(Work<T> work) throws LDAPException {
    return once(searches, work);
  }

  /** On a connection that is bound by the work. */
  <T> T login(Work<T> work) throws LDAPException {
    return once(logins, work);
  }

  /** A connection may have ended while nobody used it: then once more, on a fresh one. */
  private static <T> T once(LDAPConnectionPool pool, Work<T> work) throws LDAPException {
    LDAPConnection connection = pool.getConnection();
    try {
      return released(pool, connection, work);
    } catch (LDAPException e) {
      if (e.getResultCode().isConnectionUsable() || e.getResultCode().equals(ResultCode.TIMEOUT)) {
        pool.releaseConnectionAfterException(connection, e);
        throw e;
      }
      return again(pool, pool.replaceDefunctConnection(connection), work);
    }
  }

  private static <T> T again(LDAPConnectionPool pool, LDAPConnection connection, Work<T> work)
      throws LDAPException {
    try {
      return released(pool, connection, work);
    } catch (LDAPException e) {
      pool.releaseConnectionAfterException(connection, e);
      throw e;
    }
  }

  private static <T> T released(LDAPConnectionPool pool, LDAPConnection connection, Work<T> work)
      throws LDAPException {
    T result = work.with(connection);
    pool.releaseConnection(connection);
    return result;
  }

  @Override
  public void close() {
    searches.close();
    logins.close();
  }
}
