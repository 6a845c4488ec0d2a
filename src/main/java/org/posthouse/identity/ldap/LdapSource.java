/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.ldap;

import com.google.common.base.Ticker;
import com.unboundid.ldap.sdk.BindResult;
import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.PasswordSource;
import org.posthouse.identity.PooledCheck;
import org.posthouse.identity.VerificationPool;

/**
 * A directory as a source of identities.
 *
 * <p>A login is looked for, and its entry binds with the password (RFC 4513 section 5.1.3). Only
 * what a server says of that bind can reject; anything else that goes wrong, the search account's
 * own login among it, is a reason to try again. A login that is not found binds as an entry that
 * does not exist, so that it costs the directory and the client what a wrong password costs.
 */
public final class LdapSource implements PasswordSource, AutoCloseable {
  private static final int MOST_CHARACTERS = 255;
  private static final int MOST_GROUPS = 1000;

  /** Checks that may wait for a connection, for each of them. */
  private static final int WAITING = 32;

  /**
   * What a bind can end with that is about the login; an entry may have gone, or hold no password.
   */
  private static final Set<ResultCode> REJECTIONS =
      Set.of(
          ResultCode.INVALID_CREDENTIALS,
          ResultCode.INAPPROPRIATE_AUTHENTICATION,
          ResultCode.NO_SUCH_OBJECT,
          ResultCode.INVALID_DN_SYNTAX);

  private final LdapSettings settings;
  private final EntryReader reader;
  private final Directory directory;
  private final VerificationPool pool;
  private final Remembered remembered;

  /** Makes no connection yet. */
  public LdapSource(LdapSettings settings) {
    this(settings, Ticker.systemTicker());
  }

  LdapSource(LdapSettings settings, Ticker ticker) {
    this.settings = settings;
    this.reader = new EntryReader(settings);
    this.directory = new Directory(settings);
    this.pool =
        new VerificationPool(
            "ldap-" + settings.name(), settings.connections(), settings.connections() * WAITING);
    this.remembered = new Remembered(settings.remember(), ticker);
  }

  @Override
  public CompletionStage<CheckResult> check(String login, String password) {
    boolean possible =
        !login.isBlank()
            && login.length() <= MOST_CHARACTERS
            && login.chars().noneMatch(Character::isISOControl);
    if (!possible || password.isEmpty()) {
      // With an empty password every directory would say yes: RFC 4513 section 5.1.2.
      return CompletableFuture.completedFuture(CheckResult.REJECTED);
    }
    return remembered
        .find(login, password)
        .<CompletionStage<CheckResult>>map(CompletableFuture::completedFuture)
        .orElseGet(() -> inTime(login, password));
  }

  /** A client must not wait for all that wait before it at a directory that does not answer. */
  private CompletionStage<CheckResult> inTime(String login, String password) {
    CompletableFuture<CheckResult> result = new CompletableFuture<>();
    var unused =
        PooledCheck.run(pool, () -> result.isDone() ? slow() : answer(login, password))
            .thenAccept(result::complete);
    long patience = settings.timeout().multipliedBy(steps()).toMillis();
    return result.completeOnTimeout(slow(), patience, TimeUnit.MILLISECONDS);
  }

  private CheckResult slow() {
    return unavailable("no answer within its time-outs");
  }

  /** A connection to each server and an answer, for the search and for the bind. */
  private long steps() {
    return 2L * (settings.servers().size() + 1);
  }

  private CheckResult answer(String login, String password) {
    try {
      CheckResult result = ask(login, password);
      if (result.isAccepted()) {
        remembered.put(login, password, result);
      }
      return result;
    } catch (LDAPException e) {
      return unavailable(e.getResultCode() + ": " + e.getDiagnosticMessage() + message(e));
    }
  }

  private static String message(LDAPException failure) {
    return failure.getDiagnosticMessage() == null ? " " + failure.getMessage() : "";
  }

  private CheckResult unavailable(String reason) {
    return CheckResult.unavailable("directory " + settings.name() + ": " + reason);
  }

  private CheckResult ask(String login, String password) throws LDAPException {
    Map<String, String> values = LoginTemplate.values(login);
    LdapSettings.People people = settings.people();
    if (!people.search()) {
      Optional<String> dn = people.template().fill(values, Rdn::escapeValue);
      return dn.isEmpty() ? CheckResult.REJECTED : bind(dn.get(), null, values, password);
    }
    Optional<String> filter = people.template().fill(values, Filter::encodeValue);
    List<SearchResultEntry> found = filter.isEmpty() ? List.of() : find(filter.get());
    if (found.size() > 1) {
      return unavailable("the filter finds several entries for one login, " + found.get(0).getDN());
    }
    if (found.isEmpty() || found.get(0).getDN().isEmpty()) {
      CheckResult result = bind(nobody(people.base()), null, values, password);
      return result.isAccepted() ? CheckResult.REJECTED : result;
    }
    return bind(found.get(0).getDN(), found.get(0), values, password);
  }

  private static String nobody(String base) {
    return "cn=" + UUID.randomUUID() + (base.isEmpty() ? "" : "," + base);
  }

  private List<SearchResultEntry> find(String filter) throws LDAPException {
    LdapSettings.People people = settings.people();
    SearchScope scope = people.subtree() ? SearchScope.SUB : SearchScope.ONE;
    return search(request(people.base(), scope, filter, 2, reader.attributes()));
  }

  private SearchRequest request(
      String base, SearchScope scope, String filter, int most, String... attributes)
      throws LDAPException {
    int seconds = (int) Math.max(1, settings.timeout().toSeconds());
    SearchRequest request = new SearchRequest(base, scope, filter, attributes);
    request.setDerefPolicy(DereferencePolicy.NEVER);
    request.setSizeLimit(most);
    request.setTimeLimitSeconds(seconds);
    return request;
  }

  /** What is found; references to other servers are left out. */
  private List<SearchResultEntry> search(SearchRequest request) throws LDAPException {
    return directory.search(
        connection -> {
          try {
            SearchResult result = connection.search(request);
            return result.getSearchEntries();
          } catch (LDAPSearchException e) {
            boolean several =
                e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)
                    && e.getSearchEntries() != null
                    && e.getSearchEntries().size() > 1
                    && request.getSizeLimit() == 2;
            if (several) {
              return e.getSearchEntries();
            }
            throw e;
          }
        });
  }

  /**
   * The bind, and what the entry says.
   *
   * @param entry null when it has to be read, as the login itself
   */
  private CheckResult bind(
      String dn, @Nullable Entry entry, Map<String, String> values, String password)
      throws LDAPException {
    Optional<Entry> bound;
    try {
      bound =
          directory.login(
              connection -> {
                BindResult unused = connection.bind(dn, password);
                return Optional.ofNullable(
                    entry != null || settings.people().search()
                        ? entry
                        : connection.getEntry(dn, reader.attributes()));
              });
    } catch (LDAPException e) {
      if (REJECTIONS.contains(e.getResultCode())) {
        return CheckResult.REJECTED;
      }
      throw e;
    }
    if (bound.isEmpty()) {
      return unavailable("the entry of a login cannot be read by the login itself: " + dn);
    }
    return reader
        .identity(bound.get(), groups(bound.get(), values))
        .map(identity -> CheckResult.accepted(identity, settings.name()))
        .orElseGet(() -> unavailable(dn + " has no attribute " + settings.nameAttribute()));
  }

  private List<String> groups(Entry entry, Map<String, String> values) throws LDAPException {
    LdapSettings.Groups groups = settings.groups();
    if (groups == null || groups.filter() == null) {
      return reader.groups(entry);
    }
    Map<String, String> all = new HashMap<>(values);
    all.put("dn", entry.getDN());
    Optional<String> filter = groups.filter().fill(all, Filter::encodeValue);
    List<String> names = new ArrayList<>();
    if (filter.isPresent()) {
      for (SearchResultEntry group :
          search(
              request(
                  groups.base(), SearchScope.SUB, filter.get(), MOST_GROUPS, groups.attribute()))) {
        String[] found = group.getAttributeValues(groups.attribute());
        names.addAll(found == null ? List.of() : List.of(found));
      }
    }
    return names;
  }

  @Override
  public void close() {
    pool.close();
    directory.close();
  }
}
