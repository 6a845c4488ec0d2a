/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.posthouse.arc.ArcResult;
import org.posthouse.arc.ArcStatus;
import org.posthouse.authentication.AuthenticationOutcome;
import org.posthouse.dkim.DkimResult;
import org.posthouse.dmarc.DmarcResult;
import org.posthouse.spf.SpfResult;

/** Writes what was found into the attributes of a mail, in the place of what stood there. */
final class AuthenticationRecord {
  private final Mail mail;

  private AuthenticationRecord(Mail mail) {
    this.mail = mail;
  }

  static void set(Mail mail, AuthenticationOutcome outcome) {
    AuthenticationAttributes.ALL.forEach(mail::removeAttribute);
    AuthenticationRecord attributes = new AuthenticationRecord(mail);
    outcome.spf().ifPresent(attributes::spf);
    outcome.dkimWord().ifPresent(word -> attributes.set(AuthenticationAttributes.DKIM, word));
    outcome.dkim().ifPresent(attributes::signatures);
    outcome.dmarc().ifPresent(attributes::dmarc);
    outcome.arcWord().ifPresent(word -> attributes.set(AuthenticationAttributes.ARC, word));
    outcome.arc().ifPresent(attributes::arc);
  }

  private void spf(SpfResult result) {
    set(AuthenticationAttributes.SPF, result.code().word());
    set(AuthenticationAttributes.SPF_DOMAIN, result.domain().toLowerCase(Locale.ROOT));
    set(AuthenticationAttributes.SPF_REASON, result.problem());
  }

  private void signatures(List<DkimResult> results) {
    set(
        AuthenticationAttributes.DKIM_SIGNATURES,
        results.stream().map(each -> each.status().word() + ":" + each.domain()).toList());
  }

  private void dmarc(DmarcResult result) {
    set(AuthenticationAttributes.DMARC, result.code().word());
    set(AuthenticationAttributes.DMARC_AUTHOR, result.author());
    set(AuthenticationAttributes.DMARC_POLICY_DOMAIN, result.policyDomain());
    set(AuthenticationAttributes.DMARC_REASON, result.reason());
    set(AuthenticationAttributes.DMARC_POLICY, result.hasPolicy() ? result.policy().word() : "");
    set(
        AuthenticationAttributes.DMARC_ALIGNED,
        result.aligned().stream()
            .map(each -> each.mechanism().word() + ":" + each.domain())
            .toList());
  }

  private void arc(ArcResult result) {
    set(AuthenticationAttributes.ARC_REASON, result.reason());
    if (result.status() == ArcStatus.PASS) {
      int last = result.sets().size() - 1;
      set(AuthenticationAttributes.ARC_SEALER, result.sets().get(last).seal().domain());
    }
  }

  private void set(AttributeName name, String value) {
    if (!value.isEmpty()) {
      mail.setAttribute(new Attribute(name, AttributeValue.of(value)));
    }
  }

  private void set(AttributeName name, List<String> values) {
    if (!values.isEmpty()) {
      Collection<AttributeValue<?>> texts =
          values.stream().<AttributeValue<?>>map(AttributeValue::of).toList();
      mail.setAttribute(new Attribute(name, AttributeValue.of(texts)));
    }
  }
}
