/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sources of identities, in the order of identities.xml.
 *
 * <p>The first source that accepts decides. When none does and one could not be asked, nothing was
 * found out: the answer is "try again", for the password may be that source's. So a directory that
 * is down lets nobody in and rejects nobody for good.
 */
public final class Identities implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Identities.class);

  /**
   * Who is asked.
   *
   * @param closeables what to close in the end, in order
   */
  public record Sources(
      List<PasswordSource> passwords,
      List<TokenSource> tokens,
      CertificateSource certificates,
      AddressSource addresses,
      List<AutoCloseable> closeables) {
    public Sources {
      passwords = List.copyOf(passwords);
      tokens = List.copyOf(tokens);
      closeables = List.copyOf(closeables);
    }

    /** One that knows passwords only. */
    public static Sources ofPasswords(PasswordSource... sources) {
      return new Sources(
          List.of(sources),
          List.of(),
          (chain, verified) -> Optional.empty(),
          address -> Optional.empty(),
          List.of());
    }
  }

  /** What it comes to without any source. */
  private static final CheckResult NOBODY =
      new CheckResult(CheckResult.Outcome.REJECTED, null, null, null, false, null);

  private final Sources sources;
  private final Map<String, Addition> additions;

  /**
   * All of them.
   *
   * @param additions what is known beside the sources, by the name of the identity in lower case
   */
  public Identities(Sources sources, Map<String, Addition> additions) {
    this.sources = sources;
    this.additions = Map.copyOf(additions);
  }

  /**
   * Whether the password is that of the login, and whose it is.
   *
   * @param login as the client sent it
   * @return never completed exceptionally; completed by a thread of a source
   */
  public CompletionStage<CheckResult> checkPassword(String login, String password) {
    return ask(sources.passwords(), source -> source.check(login, password), 0, NOBODY);
  }

  /**
   * Whether an access token is good, and whose it is.
   *
   * @param user whom the client wants to be, or empty
   * @return never completed exceptionally; completed by a thread of a source
   */
  public CompletionStage<CheckResult> checkToken(String token, String user) {
    return ask(sources.tokens(), source -> source.check(token, user), 0, NOBODY);
  }

  /** Whose certificate it is; as {@link CertificateSource#identify}. */
  public Optional<Identity> ofCertificate(List<X509Certificate> chain, boolean verified) {
    return sources.certificates().identify(chain, verified).map(this::complete);
  }

  /**
   * All sources of tokens, and behind them one more, such as a door has.
   *
   * @return asked as {@link #checkToken}
   */
  public TokenSource tokensAnd(TokenSource more) {
    List<TokenSource> all = Stream.concat(sources.tokens().stream(), Stream.of(more)).toList();
    return (token, user) -> ask(all, source -> source.check(token, user), 0, NOBODY);
  }

  /** As {@link PasswordSource#isRevoked}, of all sources. */
  public boolean isRevoked(Identity identity, String credential, @Nullable ScramVerifier verifier) {
    return sources.passwords().stream()
        .anyMatch(each -> each.isRevoked(identity, credential, verifier));
  }

  /** Who comes from an address, by a network or the name of a host. */
  public Optional<Identity> ofAddress(InetAddress address) {
    return sources.addresses().identify(address).map(this::complete);
  }

  /** An identity with what identities.xml says of it; those given by this class have it already. */
  public Identity complete(Identity identity) {
    Addition more = additions.get(identity.name());
    return more == null ? identity : identity.with(more.groups(), more.addresses());
  }

  /** Whether any source takes passwords, so that PLAIN and LOGIN make sense. */
  public boolean takesPasswords() {
    return !sources.passwords().isEmpty();
  }

  /** Whether the file of users is one of them, so that SCRAM makes sense. */
  public boolean takesUsers() {
    return sources.passwords().stream().anyMatch(PasswordChecker.class::isInstance);
  }

  /** Whether any source takes tokens, so that OAUTHBEARER and XOAUTH2 make sense. */
  public boolean takesTokens() {
    return !sources.tokens().isEmpty();
  }

  private <S> CompletionStage<CheckResult> ask(
      List<S> all,
      Function<S, CompletionStage<CheckResult>> question,
      int next,
      CheckResult otherwise) {
    if (next == all.size()) {
      boolean rejected = otherwise.outcome() == CheckResult.Outcome.REJECTED;
      return CompletableFuture.completedFuture(rejected ? otherwise.afterGuess() : otherwise);
    }
    return answer(all.get(next), question)
        .thenCompose(
            result -> {
              if (result.isAccepted() && result.identity() != null) {
                return CompletableFuture.completedFuture(result.of(complete(result.identity())));
              }
              return ask(all, question, next + 1, worse(otherwise, result));
            });
  }

  /** What nobody could find out goes before a rejection, and one with a reason before others. */
  private static CheckResult worse(CheckResult one, CheckResult other) {
    boolean settled = one.outcome() == CheckResult.Outcome.UNAVAILABLE;
    boolean later = other.outcome() == CheckResult.Outcome.UNAVAILABLE || one.reason() == null;
    CheckResult worse = !settled && later ? other : one;
    return one.guessed() || other.guessed() ? worse.afterGuess() : worse;
  }

  private static <S> CompletionStage<CheckResult> answer(
      S source, Function<S, CompletionStage<CheckResult>> question) {
    try {
      return question.apply(source).exceptionally(PooledCheck::failed);
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(PooledCheck.failed(e));
    }
  }

  /** Ends threads and connections; checks under way may still be answered. */
  @Override
  public void close() {
    for (AutoCloseable each : sources.closeables()) {
      try {
        each.close();
      } catch (Exception e) {
        LOGGER.warn("A source of identities did not close", e);
      }
    }
  }
}
