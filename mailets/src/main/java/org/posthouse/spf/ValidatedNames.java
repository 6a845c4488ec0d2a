/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Type;

/**
 * The names that a client's PTR records give it and that have its address too (RFC 7208 section
 * 5.5). Errors leave names out; more than ten are not looked at (section 4.6.4).
 */
final class ValidatedNames {
  private static final int MOST_NAMES = 10;
  private static final String UNKNOWN = "unknown";

  private final LookUps lookUps;
  private final ClientAddress client;
  private final AddressMatcher addresses;
  private final Map<Name, Boolean> validated = new HashMap<>();
  private @Nullable List<Name> names;

  ValidatedNames(LookUps lookUps, ClientAddress client, AddressMatcher addresses) {
    this.lookUps = lookUps;
    this.client = client;
    this.addresses = addresses;
  }

  /** Whether one of them is a domain or below it. */
  boolean anyIn(String domain) {
    return names().stream().anyMatch(name -> isIn(name, domain) && isValidated(name));
  }

  /** %{p}: the domain itself, or a name below it, or any (section 7.3). */
  String bestFor(String domain) {
    Predicate<Name> isDomain = name -> text(name).equals(domain.toLowerCase(Locale.ROOT));
    return Stream.of(isDomain, (Predicate<Name>) name -> isIn(name, domain), name -> true)
        .flatMap(wanted -> names().stream().filter(wanted))
        .filter(this::isValidated)
        .findFirst()
        .map(name -> name.toString(true))
        .orElse(UNKNOWN);
  }

  private static boolean isIn(Name name, String domain) {
    String parent = domain.toLowerCase(Locale.ROOT);
    return text(name).equals(parent) || text(name).endsWith("." + parent);
  }

  private static String text(Name name) {
    return name.toString(true).toLowerCase(Locale.ROOT);
  }

  private List<Name> names() {
    if (names == null) {
      names =
          lookUps.ask(client.reverseName(), Type.PTR).records().stream()
              .filter(PTRRecord.class::isInstance)
              .limit(MOST_NAMES)
              .map(record -> ((PTRRecord) record).getTarget())
              .toList();
    }
    return names;
  }

  private boolean isValidated(Name name) {
    return validated.computeIfAbsent(
        name, any -> addresses.matches(lookUps.ask(name, addresses.type()), 128));
  }
}
