/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.posthouse.arc.ArcResult;
import org.posthouse.arc.ArcStatus;
import org.posthouse.dkim.DkimResult;
import org.posthouse.dkim.DkimStatus;
import org.posthouse.dmarc.DmarcResult;
import org.posthouse.spf.SpfRequest;
import org.posthouse.spf.SpfResult;

/**
 * What was found; of each method empty when it was not asked for.
 *
 * @param dkim one result for each signature that was looked at, from the top; no signature, no
 *     result
 */
public record AuthenticationOutcome(
    Optional<SpfResult> spf,
    Optional<List<DkimResult>> dkim,
    Optional<DmarcResult> dmarc,
    Optional<ArcResult> arc) {
  /** The word for no signature, and no chain. */
  private static final String NONE = "none";

  /** One signature that is right is enough; otherwise what may still be right comes first. */
  private static final List<DkimStatus> BEST_FIRST =
      List.of(
          DkimStatus.PASS,
          DkimStatus.TEMPERROR,
          DkimStatus.FAIL,
          DkimStatus.POLICY,
          DkimStatus.PERMERROR,
          DkimStatus.NEUTRAL);

  public AuthenticationOutcome {
    dkim = dkim.map(List::copyOf);
  }

  /** What DKIM says on the whole: the best of its results, {@code none} when there is none. */
  public Optional<String> dkimWord() {
    return dkim.map(
        results ->
            results.stream()
                .map(DkimResult::status)
                .min(Comparator.comparingInt(BEST_FIRST::indexOf))
                .map(DkimStatus::word)
                .orElse(NONE));
  }

  /**
   * What ARC says: none, pass, fail, or {@code temperror} where RFC 8617 knows but a failure and
   * the DNS is its cause.
   */
  public Optional<String> arcWord() {
    return arc.map(result -> result.temporary() ? "temperror" : result.status().word());
  }

  /**
   * As Authentication-Results tells it.
   *
   * @param transaction that brought the message
   */
  public List<MethodResult> results(Transaction transaction) {
    List<MethodResult> results = new ArrayList<>();
    spf.ifPresent(result -> results.add(spf(result, transaction)));
    dkim.ifPresent(all -> results.addAll(dkim(all)));
    arc.ifPresent(result -> results.add(arc(result, transaction)));
    dmarc.ifPresent(result -> results.add(dmarc(result)));
    return results;
  }

  /** RFC 8601 section 2.7.2. */
  private static MethodResult spf(SpfResult result, Transaction transaction) {
    Property identity =
        result.identity() == SpfResult.Identity.HELO
            ? new Property("smtp", "helo", transaction.helo())
            : new Property("smtp", "mailfrom", SpfRequest.inAscii(transaction.mailFrom()));
    return new MethodResult("spf", result.code().word(), result.problem(), List.of(identity));
  }

  /** RFC 8601 section 2.7.1, RFC 6008. */
  private static List<MethodResult> dkim(List<DkimResult> results) {
    if (results.isEmpty()) {
      return List.of(new MethodResult("dkim", NONE, "", List.of()));
    }
    return results.stream()
        .map(
            result ->
                new MethodResult(
                    "dkim", result.status().word(), result.reason(), properties(result)))
        .toList();
  }

  private static List<Property> properties(DkimResult result) {
    return List.of(
        new Property("header", "d", result.domain()),
        new Property("header", "i", result.domain().isEmpty() ? "" : result.identity()),
        new Property("header", "s", result.selector()),
        new Property("header", "a", result.algorithm()),
        new Property("header", "b", result.signaturePrefix()));
  }

  /** RFC 8617 section 10.1 and 10.2. */
  private static MethodResult arc(ArcResult result, Transaction transaction) {
    List<Property> properties = new ArrayList<>();
    if (result.status() == ArcStatus.PASS) {
      String oldest = Integer.toString(result.oldestPass());
      properties.add(new Property("header", "oldest-pass", oldest));
    }
    if (result.status() != ArcStatus.NONE) {
      properties.add(new Property("smtp", "remote-ip", transaction.clientText()));
    }
    return new MethodResult("arc", result.status().word(), result.reason(), properties);
  }

  /** RFC 9989 section 9.1. */
  private static MethodResult dmarc(DmarcResult result) {
    List<Property> properties = new ArrayList<>();
    if (result.hasPolicy()) {
      properties.add(new Property("policy", "dmarc", result.policy().word()));
    }
    properties.add(new Property("header", "from", result.author()));
    return new MethodResult("dmarc", result.code().word(), result.reason(), properties);
  }
}
