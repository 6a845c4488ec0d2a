/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a route may depend on.
 *
 * @param recipientDomain of one recipient
 * @param senderDomain of the reverse-path; empty for the null reverse-path
 * @param login who handed the mail in; null without a login
 * @param attribute the value, as text, of the mail's attribute of a name
 */
public record RouteQuery(
    String recipientDomain,
    String senderDomain,
    @Nullable String login,
    Function<String, Optional<String>> attribute) {
  public RouteQuery {
    recipientDomain = HostNames.normal(recipientDomain);
    senderDomain = HostNames.normal(senderDomain);
  }
}
