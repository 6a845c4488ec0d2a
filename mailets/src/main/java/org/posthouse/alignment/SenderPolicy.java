/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.alignment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.posthouse.dmarc.AuthenticatedIdentifier.Mechanism;
import org.posthouse.dns.Dns;
import org.posthouse.signing.RecordText;
import org.posthouse.spf.Spf;
import org.posthouse.spf.SpfCode;
import org.posthouse.spf.SpfRequest;
import org.posthouse.spf.SpfResult;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** What SPF will say of one mail at each of its outlets (RFC 7208). */
final class SenderPolicy {
  private static final String VERSION = "v=spf1";

  /** What can stand in a quoted string of a zone file as it is. */
  private static final Pattern PLAIN = Pattern.compile("[ -!#-\\[\\]-~]*");

  private final Dns dns;
  private final Spf spf;
  private final Instant now;

  SenderPolicy(Dns dns, Spf spf, Instant now) {
    this.dns = dns;
    this.spf = spf;
    this.now = now;
  }

  /**
   * One voucher for each outlet, in their order.
   *
   * @param mailFrom the reverse-path without angle brackets; empty for the null one
   */
  List<Voucher> vouchers(String mailFrom, List<Outlet> outlets) {
    List<SpfResult> results = outlets.stream().map(each -> result(mailFrom, each)).toList();
    List<Voucher> vouchers = new ArrayList<>();
    Map<String, String> remedies = new LinkedHashMap<>();
    for (int i = 0; i < outlets.size(); i++) {
      SpfResult result = results.get(i);
      if (result.code() == SpfCode.PASS) {
        vouchers.add(Voucher.passed(Mechanism.SPF, result.domain()));
      } else if (result.code() == SpfCode.TEMPERROR) {
        vouchers.add(Voucher.undecided(Mechanism.SPF, result.domain()));
      } else {
        String remedy =
            remedies.computeIfAbsent(
                result.domain(), domain -> remedy(domain, outlets, results).orElse(""));
        vouchers.add(
            Voucher.failed(
                Mechanism.SPF, result.domain(), problem(outlets.get(i), result), remedy));
      }
    }
    return vouchers;
  }

  private SpfResult result(String mailFrom, Outlet outlet) {
    return spf.check(new SpfRequest(outlet.address(), outlet.helo(), mailFrom, "unknown", now));
  }

  private static String problem(Outlet outlet, SpfResult result) {
    String why = result.problem().isEmpty() ? "" : " (" + result.problem() + ")";
    return result.code().word() + " for " + outlet.text() + why;
  }

  /** The record with all outlets of the domain that are not in it yet; none where it is broken. */
  private Optional<String> remedy(String domain, List<Outlet> outlets, List<SpfResult> results) {
    List<String> missing = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < outlets.size(); i++) {
      if (results.get(i).domain().equals(domain)) {
        all.add(outlets.get(i).mechanism());
        if (results.get(i).code() == SpfCode.PERMERROR) {
          return Optional.empty();
        }
        if (results.get(i).code() != SpfCode.PASS) {
          missing.add(outlets.get(i).mechanism());
        }
      }
    }
    List<String> published = published(domain);
    if (published.isEmpty()) {
      return Optional.of(line(domain, VERSION + " " + words(all) + " -all"));
    }
    // The first mechanism that matches decides (RFC 7208 section 4.6.2).
    String rest = published.get(0).substring(VERSION.length());
    return published.size() == 1 && PLAIN.matcher(rest).matches()
        ? Optional.of(line(domain, VERSION + " " + words(missing) + rest))
        : Optional.empty();
  }

  private static String words(List<String> mechanisms) {
    return String.join(" ", mechanisms.stream().distinct().toList());
  }

  private static String line(String domain, String text) {
    return AlignmentCheck.line(new RecordText(domain, text));
  }

  private List<String> published(String domain) {
    return dns.ask(domain, Type.TXT).records().stream()
        .filter(TXTRecord.class::isInstance)
        .map(record -> String.join("", ((TXTRecord) record).getStrings()))
        .filter(text -> text.equalsIgnoreCase(VERSION) || begins(text))
        .toList();
  }

  private static boolean begins(String text) {
    return text.regionMatches(true, 0, VERSION + " ", 0, VERSION.length() + 1);
  }
}
