/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.alignment;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.posthouse.alignment.Forecast.Outlook;
import org.posthouse.alignment.Voucher.Standing;
import org.posthouse.authentication.LimitedDns;
import org.posthouse.authentication.MessageBody;
import org.posthouse.dmarc.AuthenticatedIdentifier;
import org.posthouse.dmarc.AuthorDomains;
import org.posthouse.dmarc.Dmarc;
import org.posthouse.dmarc.DmarcCode;
import org.posthouse.dmarc.DmarcResult;
import org.posthouse.dns.Dns;
import org.posthouse.message.HeaderField;
import org.posthouse.signing.KeyTable;
import org.posthouse.signing.RecordText;
import org.posthouse.spf.Spf;

/**
 * Tells of mail that is about to leave what DMARC (RFC 9989) will say of it. Nobody knows yet by
 * which of its outlets a mail leaves, so it passes only where it passes by all of them: a signature
 * that aligns is enough for all. Thread safe if its DNS is.
 */
public final class AlignmentCheck {
  /** More reasons would be a text that nobody reads. */
  private static final int MOST_REASONS = 8;

  private final Dns dns;
  private final Clock clock;
  private final Duration timeLimit;
  private final Supplier<KeyTable> keys;
  private final Terms terms;

  /**
   * What is asked for.
   *
   * @param signsLater whether the mail is not signed yet, but will be by the table
   * @param requiresPolicy whether a domain without a policy fails
   */
  public record Terms(boolean signsLater, boolean requiresPolicy) {}

  /**
   * @param clock says which keys sign, and what has expired
   * @param timeLimit for all questions about one mail; a question under way then is waited for
   * @param keys the table as it is now; one without keys where none is known
   */
  public AlignmentCheck(
      Dns dns, Clock clock, Duration timeLimit, Supplier<KeyTable> keys, Terms terms) {
    this.dns = dns;
    this.clock = clock;
    this.timeLimit = timeLimit;
    this.keys = keys;
    this.terms = terms;
  }

  /**
   * Checks a mail.
   *
   * @param mailFrom the reverse-path without angle brackets; empty for the null one
   * @param outlets by which it may leave; none when SPF vouches for nothing
   * @param header its fields from the top
   * @throws IOException when the body cannot be read
   */
  public Forecast check(
      String mailFrom, List<Outlet> outlets, List<HeaderField> header, MessageBody body)
      throws IOException {
    List<HeaderField> fields = header.stream().filter(field -> !field.removed()).toList();
    Dns limited = new LimitedDns(dns, timeLimit, System::nanoTime);
    AuthorDomains authors = AuthorDomains.of(fields);
    Signatures signatures = new Signatures(limited, clock, keys.get());
    List<Voucher> dkim =
        terms.signsLater() ? signatures.coming(fields) : signatures.present(fields, body);
    List<Voucher> spf =
        new SenderPolicy(limited, new Spf(limited, timeLimit), clock.instant())
            .vouchers(mailFrom, outlets);
    return worst(limited, authors, dkim, spf)
        .map(result -> forecast(new Dmarc(limited), result, dkim, spf))
        .orElseThrow();
  }

  private static Optional<DmarcResult> worst(
      Dns dns, AuthorDomains authors, List<Voucher> dkim, List<Voucher> spf) {
    Dmarc dmarc = new Dmarc(dns);
    List<List<Voucher>> ways =
        spf.isEmpty() ? List.of(List.of()) : spf.stream().map(List::of).toList();
    return ways.stream()
        .map(way -> identifiers(dkim, way))
        .distinct()
        .map(identifiers -> dmarc.check(authors, identifiers))
        .max(Comparator.comparing(result -> outlook(result.code())));
  }

  private static List<AuthenticatedIdentifier> identifiers(List<Voucher> dkim, List<Voucher> spf) {
    return Stream.of(dkim, spf)
        .flatMap(List::stream)
        .filter(voucher -> voucher.standing() != Standing.FAILED)
        .map(Voucher::identifier)
        .toList();
  }

  private static Outlook outlook(DmarcCode code) {
    return switch (code) {
      case PASS -> Outlook.PASS;
      case NONE -> Outlook.NONE;
      case TEMPERROR -> Outlook.UNKNOWN;
      case FAIL, PERMERROR -> Outlook.FAIL;
    };
  }

  private Forecast forecast(
      Dmarc dmarc, DmarcResult result, List<Voucher> dkim, List<Voucher> spf) {
    String author = result.author();
    Outlook outlook = outlook(result.code());
    if (outlook == Outlook.PASS) {
      return new Forecast(outlook, author, List.of(), List.of());
    }
    if (outlook == Outlook.NONE && terms.requiresPolicy()) {
      String record = line(new RecordText("_dmarc." + author, "v=DMARC1; p=none"));
      return new Forecast(
          Outlook.FAIL, author, List.of("no DMARC record of " + author), List.of(record));
    }
    if (result.code() != DmarcCode.FAIL) {
      String of = author.isEmpty() ? "" : " (" + author + ")";
      return new Forecast(outlook, author, List.of("dmarc: " + result.reason() + of), List.of());
    }
    return failure(dmarc, author, dkim, spf);
  }

  private Forecast failure(Dmarc dmarc, String author, List<Voucher> dkim, List<Voucher> spf) {
    Set<String> reasons = new LinkedHashSet<>();
    Set<String> records = new LinkedHashSet<>();
    if (dkim.isEmpty()) {
      reasons.add("dkim: " + (terms.signsLater() ? "no key signs for " + author : "not signed"));
    }
    List<Voucher> all = new ArrayList<>(dkim);
    all.addAll(spf);
    for (Voucher voucher : all) {
      if (!isAligned(dmarc, author, voucher)) {
        reasons.add(word(voucher) + named(voucher.domain()) + " does not align with " + author);
      } else if (voucher.standing() == Standing.FAILED) {
        reasons.add(word(voucher) + voucher.problem());
        records.add(voucher.remedy());
      }
    }
    records.remove("");
    List<String> most = reasons.stream().limit(MOST_REASONS).toList();
    return new Forecast(Outlook.FAIL, author, most, List.copyOf(records));
  }

  /** A policy of the author's is there, so the answer is about the domains alone. */
  private static boolean isAligned(Dmarc dmarc, String author, Voucher voucher) {
    AuthenticatedIdentifier passed =
        AuthenticatedIdentifier.passed(voucher.mechanism(), voucher.domain());
    return dmarc.check(new AuthorDomains(List.of(author), ""), List.of(passed)).code()
        == DmarcCode.PASS;
  }

  private static String word(Voucher voucher) {
    return voucher.mechanism().word() + ": ";
  }

  private static String named(String domain) {
    return domain.isEmpty() ? "no domain" : domain;
  }

  /** As a line of a zone file (RFC 1035 section 5.1), without brackets. */
  static String line(RecordText record) {
    return record.name() + ". IN TXT " + record.quoted();
  }
}
