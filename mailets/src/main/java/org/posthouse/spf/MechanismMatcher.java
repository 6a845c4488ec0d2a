/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.posthouse.dns.Answer;
import org.posthouse.dns.Answer.Status;
import org.posthouse.spf.Mechanism.Prefixes;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Evaluates the mechanisms that need no other policy (RFC 7208 section 5). */
final class MechanismMatcher {
  private static final int MOST_EXCHANGERS = 10;

  private final LookUps lookUps;
  private final ClientAddress client;
  private final AddressMatcher addresses;
  private final ValidatedNames names;

  MechanismMatcher(LookUps lookUps, ClientAddress client) {
    this.lookUps = lookUps;
    this.client = client;
    this.addresses = new AddressMatcher(client);
    this.names = new ValidatedNames(lookUps, client, addresses);
  }

  /** The value of %{p}. */
  String validatedName(String domain) {
    return names.bestFor(domain);
  }

  boolean network(Mechanism.Network network) {
    return client.isIn(network.octets(), network.bits());
  }

  Match address(String target, Prefixes prefixes) {
    Answer answer = lookUps.ask(target, addresses.type());
    Match failure = failure(answer, target);
    return failure != null ? failure : Match.of(addresses.matches(answer, prefixes.of(client)));
  }

  Match exists(String target) {
    Answer answer = lookUps.ask(target, Type.A); // also when the client has IPv6
    Match failure = failure(answer, target);
    return failure != null ? failure : Match.of(answer.status() == Status.FOUND);
  }

  Match pointer(String target) {
    boolean matches = names.anyIn(target);
    return !matches && lookUps.isLate() ? late() : Match.of(matches);
  }

  Match exchangers(String target, Prefixes prefixes) {
    Answer answer = lookUps.ask(target, Type.MX);
    Match failure = failure(answer, target);
    if (failure != null) {
      return failure;
    }
    List<Record> exchangers = answer.records();
    if (exchangers.size() > MOST_EXCHANGERS) {
      return Match.permanent("more than " + MOST_EXCHANGERS + " mail exchangers of " + target);
    }
    for (Record record : exchangers) {
      Match match = exchanger(((MXRecord) record).getTarget(), prefixes);
      if (match.code() != SpfCode.NONE) {
        return match;
      }
    }
    return Match.NO;
  }

  /** Only terms are counted as void, not each host: those without IPv6 are not its fault. */
  private Match exchanger(Name host, Prefixes prefixes) {
    if (host.equals(Name.root)) {
      return Match.NO; // there is none (RFC 7505)
    }
    Answer answer = lookUps.ask(host, addresses.type());
    return answer.status() == Status.TEMPORARY
        ? unknown(host.toString(true))
        : Match.of(addresses.matches(answer, prefixes.of(client)));
  }

  /** Why a term has no result; null when it has one. */
  private @Nullable Match failure(Answer answer, String target) {
    if (answer.status() == Status.TEMPORARY) {
      return lookUps.isLate() ? late() : unknown(target);
    }
    return lookUps.mayBeVoid(target, answer) ? null : Match.permanent("too many void look-ups");
  }

  private static Match unknown(String name) {
    return Match.temporary("the DNS cannot tell about " + name + " now");
  }

  private static Match late() {
    return Match.temporary("out of time");
  }
}
