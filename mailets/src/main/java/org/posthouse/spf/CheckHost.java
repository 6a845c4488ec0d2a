/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.posthouse.dns.Answer;
import org.posthouse.dns.Answer.Status;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** One call of check_host() (RFC 7208 section 4), with those that it causes. */
final class CheckHost {
  private static final String DEFAULT = "default";

  private final LookUps lookUps;
  private final MechanismMatcher matcher;
  private final MacroExpansion macros;

  CheckHost(SpfRequest request, Sender sender, LookUps lookUps) {
    this.lookUps = lookUps;
    ClientAddress client = ClientAddress.of(request.client());
    this.matcher = new MechanismMatcher(lookUps, client);
    this.macros = new MacroExpansion(request, sender, client, matcher::validatedName);
  }

  /** What the policy of a domain says. */
  Outcome check(String domain) {
    Answer answer = lookUps.ask(domain, Type.TXT);
    if (answer.status() == Status.TEMPORARY) {
      String problem = lookUps.isLate() ? "out of time" : "the DNS cannot tell the policy now";
      return Outcome.error(SpfCode.TEMPERROR, "", problem + ": " + domain);
    }
    List<String> policies = SpfRecord.select(answer.records());
    if (policies.isEmpty()) {
      return Outcome.error(SpfCode.NONE, "", "no policy is published");
    }
    if (policies.size() > 1) {
      return Outcome.error(SpfCode.PERMERROR, "", "more than one policy: " + domain);
    }
    SpfRecord record = SpfRecord.parse(policies.get(0));
    return record.problem().isEmpty()
        ? evaluate(record, domain)
        : Outcome.error(SpfCode.PERMERROR, "", record.problem() + ": " + domain);
  }

  private Outcome evaluate(SpfRecord record, String domain) {
    for (Term.Directive each : record.directives()) {
      Match match = match(each.mechanism(), domain);
      if (match.code() == SpfCode.PASS) {
        return new Outcome(each.code(), each.text(), "", domain, record.explanation());
      }
      if (match.code() != SpfCode.NONE) {
        return Outcome.error(match.code(), each.text(), match.problem());
      }
    }
    return record.redirect() == null
        ? new Outcome(SpfCode.NEUTRAL, DEFAULT, "", domain, null)
        : redirect(record.redirect(), domain);
  }

  private Outcome redirect(MacroString to, String domain) {
    if (!lookUps.mayEvaluate()) {
      return Outcome.error(SpfCode.PERMERROR, "redirect", "too many look-ups");
    }
    String target = macros.name(to, domain);
    Outcome outcome = check(target);
    return outcome.code() == SpfCode.NONE
        ? Outcome.error(SpfCode.PERMERROR, "redirect", "no policy of " + target)
        : outcome;
  }

  private Match match(Mechanism mechanism, String domain) {
    if (mechanism instanceof Mechanism.All) {
      return Match.YES;
    }
    if (mechanism instanceof Mechanism.Network network) {
      return Match.of(matcher.network(network));
    }
    return lookUps.mayEvaluate()
        ? matchByDns(mechanism, domain)
        : Match.permanent("too many look-ups");
  }

  private Match matchByDns(Mechanism mechanism, String domain) {
    if (mechanism instanceof Mechanism.Include include) {
      return include(macros.name(include.target(), domain));
    }
    if (mechanism instanceof Mechanism.Address a) {
      return matcher.address(target(a.target(), domain), a.prefixes());
    }
    if (mechanism instanceof Mechanism.Exchangers mx) {
      return matcher.exchangers(target(mx.target(), domain), mx.prefixes());
    }
    if (mechanism instanceof Mechanism.Exists exists) {
      return matcher.exists(macros.name(exists.target(), domain));
    }
    return matcher.pointer(target(((Mechanism.Pointer) mechanism).target(), domain));
  }

  private String target(@Nullable MacroString target, String domain) {
    return target == null ? domain : macros.name(target, domain);
  }

  /** Section 5.2: only a pass matches, and who is included must have a policy. */
  private Match include(String target) {
    Outcome outcome = check(target);
    return switch (outcome.code()) {
      case PASS -> Match.YES;
      case FAIL, SOFTFAIL, NEUTRAL -> Match.NO;
      case TEMPERROR -> Match.temporary(outcome.problem());
      case PERMERROR -> Match.permanent(outcome.problem());
      case NONE -> Match.permanent("no policy of " + target);
    };
  }

  /** Section 6.2: whatever is wrong with an explanation, it is as if there were none. */
  @Nullable String explanation(Outcome outcome) {
    if (outcome.code() != SpfCode.FAIL || outcome.explanation() == null) {
      return null;
    }
    String name = macros.name(outcome.explanation(), outcome.domain());
    Answer answer = lookUps.ask(name, Type.TXT);
    if (answer.records().size() != 1 || !(answer.records().get(0) instanceof TXTRecord record)) {
      return null;
    }
    MacroString text = MacroString.explanation(SpfRecord.text(record));
    String explanation = text == null ? "" : macros.explanation(text, outcome.domain());
    boolean isVisible = explanation.chars().allMatch(VisibleText::isVisible);
    return explanation.isEmpty() || !isVisible ? null : explanation;
  }
}
