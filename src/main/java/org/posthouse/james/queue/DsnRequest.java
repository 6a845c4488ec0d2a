/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.Orcpt;
import org.posthouse.james.message.OriginalRecipients;

/**
 * What the client asked to hear of one recipient (RFC 3461).
 *
 * @param wanted the value of NOTIFY; null when the client did not say
 * @param orcpt the value of ORCPT, {@code type;xtext}; null when it gave none
 */
public record DsnRequest(@Nullable String wanted, @Nullable String orcpt) {
  /** What a mail says of an address. */
  public static DsnRequest of(Mail mail, String address) {
    Optional<RecipientDsnParameters> own =
        mail.dsnParameters().map(DsnParameters::getRcptParameters).stream()
            .flatMap(all -> all.entrySet().stream())
            .filter(each -> each.getKey().asString().equals(address))
            .map(Map.Entry::getValue)
            .findFirst();
    return new DsnRequest(
        own.flatMap(RecipientDsnParameters::getNotifyParameter)
            .map(all -> all.stream().map(Enum::name).collect(Collectors.joining(",")))
            .orElse(null),
        OriginalRecipients.of(mail, address)
            .or(
                () ->
                    own.flatMap(RecipientDsnParameters::getOrcptParameter)
                        .map(orcpt -> Orcpt.value(orcpt.asString())))
            .orElse(null));
  }
}
