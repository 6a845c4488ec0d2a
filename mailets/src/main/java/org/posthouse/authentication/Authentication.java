/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.arc.ArcResult;
import org.posthouse.arc.ArcVerification;
import org.posthouse.arc.ArcVerifier;
import org.posthouse.dkim.BodyHashes;
import org.posthouse.dkim.DkimResult;
import org.posthouse.dkim.DkimStatus;
import org.posthouse.dkim.DkimVerification;
import org.posthouse.dkim.DkimVerifier;
import org.posthouse.dmarc.AuthenticatedIdentifier;
import org.posthouse.dmarc.AuthenticatedIdentifier.Mechanism;
import org.posthouse.dmarc.AuthorDomains;
import org.posthouse.dmarc.Dmarc;
import org.posthouse.dmarc.DmarcResult;
import org.posthouse.dns.Dns;
import org.posthouse.message.HeaderField;
import org.posthouse.message.StrayLine;
import org.posthouse.spf.Spf;
import org.posthouse.spf.SpfCode;
import org.posthouse.spf.SpfRequest;
import org.posthouse.spf.SpfResult;

/**
 * Checks messages by SPF, DKIM, DMARC and ARC, reading each body once or not at all. Thread safe if
 * its DNS is.
 *
 * <p>All questions to the DNS share one time limit, and whoever sent a message can make his own
 * domains slow. So the questions that decide whether the author's domain is forged come first: its
 * policy, then the keys of the signatures that are nearest to it. What time is left over for the
 * rest then changes nothing about the verdict of DMARC.
 */
public final class Authentication {
  private final Dns dns;
  private final Clock clock;
  private final Duration timeLimit;
  private final Set<Method> methods;
  private final String receiver;

  /**
   * @param clock says what has expired
   * @param timeLimit after which nothing more is asked; a question under way then is waited for
   * @param methods to check by; DMARC builds on what SPF and DKIM, as far as they are among them,
   *     vouch for
   * @param receiver name of the host that checks
   */
  public Authentication(
      Dns dns, Clock clock, Duration timeLimit, Set<Method> methods, String receiver) {
    this.dns = dns;
    this.clock = clock;
    this.timeLimit = timeLimit;
    this.methods = Set.copyOf(methods);
    this.receiver = receiver;
  }

  /**
   * Checks a message.
   *
   * @param header its fields from the top, as they came
   * @throws IOException when the body cannot be read
   */
  public AuthenticationOutcome check(
      Transaction transaction, List<HeaderField> header, MessageBody body) throws IOException {
    List<HeaderField> fields = header.stream().filter(field -> !field.removed()).toList();
    BodyHashes hashes = BodyHashes.received();
    LimitedDns limited = new LimitedDns(dns, timeLimit, System::nanoTime);
    DkimVerification dkim = new DkimVerifier(limited, clock).begin(fields, hashes);
    ArcVerification arc = new ArcVerifier(limited, clock).begin(fields, hashes);
    boolean isSound = StrayLine.in(fields).isEmpty();
    hash(isSound ? fields : List.of(), body, hashes);
    AuthorDomains authors = AuthorDomains.of(fields);
    if (methods.contains(Method.DMARC)) {
      new Dmarc(limited).check(authors, List.of());
      NearestKeys.ask(limited, authors, isSound ? fields : List.of());
    }
    SpfResult spf = methods.contains(Method.SPF) ? spf(limited, transaction) : null;
    List<DkimResult> signatures = methods.contains(Method.DKIM) ? dkim.results() : null;
    ArcResult chain = methods.contains(Method.ARC) ? arc.result() : null;
    DmarcResult dmarc =
        methods.contains(Method.DMARC)
            ? new Dmarc(limited).check(authors, identifiers(spf, signatures))
            : null;
    return new AuthenticationOutcome(
        Optional.ofNullable(spf),
        Optional.ofNullable(signatures),
        Optional.ofNullable(dmarc),
        Optional.ofNullable(chain));
  }

  /** The request that SPF checks; empty when the client is not known. */
  public Optional<SpfRequest> spfRequest(Transaction transaction) {
    return Optional.ofNullable(transaction.client())
        .map(
            client ->
                new SpfRequest(
                    client, transaction.helo(), transaction.mailFrom(), receiver, clock.instant()));
  }

  private SpfResult spf(Dns limited, Transaction transaction) {
    SpfResult.Identity identity =
        transaction.mailFrom().isEmpty() ? SpfResult.Identity.HELO : SpfResult.Identity.MAILFROM;
    return spfRequest(transaction)
        .map(request -> new Spf(limited, timeLimit).check(request))
        .orElseGet(
            () ->
                new SpfResult(SpfCode.NONE, identity, "", "", null, "client address is not known"));
  }

  /** A message without signatures, or none of which is looked at, need not be read. */
  private void hash(List<HeaderField> fields, MessageBody body, BodyHashes hashes)
      throws IOException {
    boolean isSigned =
        fields.stream()
            .anyMatch(
                field ->
                    (methods.contains(Method.DKIM) && field.is("DKIM-Signature"))
                        || (methods.contains(Method.ARC) && field.is("ARC-Message-Signature")));
    if (isSigned) {
      try (InputStream in = body.open()) {
        hashes.readAll(in);
      }
    }
    hashes.close();
  }

  /**
   * What DMARC may build on. For the null reverse path the MAIL FROM identity is the name in HELO
   * (RFC 9989 section 3.2.4), which then is what SPF has checked.
   */
  private static List<AuthenticatedIdentifier> identifiers(
      @Nullable SpfResult spf, @Nullable List<DkimResult> dkim) {
    List<AuthenticatedIdentifier> identifiers = new ArrayList<>();
    if (spf != null && spf.code() == SpfCode.PASS) {
      identifiers.add(AuthenticatedIdentifier.passed(Mechanism.SPF, spf.domain()));
    } else if (spf != null && spf.code() == SpfCode.TEMPERROR) {
      identifiers.add(AuthenticatedIdentifier.undecided(Mechanism.SPF, spf.domain()));
    }
    for (DkimResult result : dkim == null ? List.<DkimResult>of() : dkim) {
      if (result.status() == DkimStatus.PASS) {
        identifiers.add(AuthenticatedIdentifier.passed(Mechanism.DKIM, result.domain()));
      } else if (result.status() == DkimStatus.TEMPERROR) {
        identifiers.add(AuthenticatedIdentifier.undecided(Mechanism.DKIM, result.domain()));
      }
    }
    return identifiers;
  }
}
