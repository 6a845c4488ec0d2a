/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Fields by which a mail tells of the programs, hosts and logins it came from. */
public enum RevealingFields {
  /** What clients and submitting hosts tell. */
  CLIENT(
      "User-Agent",
      "X-HTTP-UserAgent",
      "Fcc",
      "X-Received",
      "X-Mailer",
      "X-Newsreader",
      "X-MimeOLE",
      "X-Mailer-*",
      "X-Enigmail-*",
      "X-Mozilla-*",
      "X-Account-Key",
      "X-Identity-Key",
      "X-Originating-*",
      "X-Source*",
      "X-Sender",
      "X-Sender-*",
      "X-Client-*",
      "X-Remote-*",
      "X-Real-*",
      "X-Forwarded-*",
      "X-Authenticated-*",
      "X-Authentication-Warning",
      "X-Auth-*",
      "X-Get-Message-Sender-Via",
      "X-SMTP-*",
      "X-Envelope-*",
      "X-Original-To",
      "Delivered-To",
      "X-PHP-*",
      "X-Library",
      "X-Host"),

  /** What Exchange and Microsoft 365 write for themselves. */
  EXCHANGE(
      "X-MS-Exchange-*",
      "X-Exchange-*",
      "X-MS-Office365-*",
      "X-MS-Has-Attach",
      "X-MS-TNEF-Correlator",
      "X-MS-PublicTrafficType",
      "X-MS-TrafficTypeDiagnostic",
      "X-MS-Traffic*",
      "X-MS-Oob-*",
      "X-Microsoft-*",
      "X-Forefront-*",
      "X-EOPAttributedMessage",
      "X-EOPTenantAttributedMessage",
      "X-OriginatorOrg",
      "X-ClientProxiedBy",
      "X-CrossPremises*",
      "X-TMN",
      "X-IncomingTopHeaderMarker",
      "X-IncomingHeaderCount",
      "X-MS-Reactions",
      "MSIP_Labels",
      "acceptlanguage");

  @SuppressWarnings("ImmutableEnumChecker") // a list that nobody can change
  private final List<FieldNames> names;

  RevealingFields(String... names) {
    this.names = Stream.of(names).map(FieldNames::read).toList();
  }

  /** Whether a field of that name is one of them. */
  public boolean has(String name) {
    return names.stream().anyMatch(each -> each.matches(name));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
