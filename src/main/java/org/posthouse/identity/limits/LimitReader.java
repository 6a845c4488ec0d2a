/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.posthouse.config.DataSize;
import org.posthouse.config.Settings;
import org.posthouse.envelope.DomainName;
import org.posthouse.identity.Letters;
import org.posthouse.identity.client.Networks;

/** Reads one element {@code limit}. */
final class LimitReader {
  private static final int MOST = 1_000_000;
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  private static final String DOMAIN = "[a-z0-9_-]{1,63}([.][a-z0-9_-]{1,63}){0,30}";

  private final Settings part;
  private final Scope scope;

  private LimitReader(Settings part, Scope scope) {
    this.part = part;
    this.scope = scope;
  }

  static Limit read(Settings part) {
    if (part.text("[@per]").isEmpty()) {
      String all =
          Arrays.stream(Scope.values()).map(LimitReader::word).collect(Collectors.joining(", "));
      part.problem("", "it has no attribute per: " + all);
    }
    return new LimitReader(part, part.choice("[@per]", Scope.ALL)).limit();
  }

  private static String word(Scope scope) {
    return scope.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Limit limit() {
    Limit limit =
        new Limit(
            name(),
            scope,
            audience(),
            rates(),
            part.number("sessions", 1, MOST, 0),
            part.number("recipientsPerMessage", 1, MOST, 0),
            part.read("size", 0L, LimitReader::size),
            part.choice("when", Consequence.REFUSE_FOR_NOW));
    warnOfNothing(limit);
    return limit;
  }

  private void warnOfNothing(Limit limit) {
    if (limit.sessions() > 0 && scope.isOfADomain()) {
      part.warning("sessions", "it can never apply: a session is of no domain");
    }
    if (limit.rates().isEmpty()) {
      boolean meant =
          Arrays.stream(Kind.values()).anyMatch(kind -> !part.texts(kind.element()).isEmpty());
      if (meant) {
        return; // what is wrong with its rates is told
      }
      if (limit.sessions() == 0 && limit.recipients() == 0 && limit.size() == 0) {
        part.warning("", "it limits nothing");
      } else {
        part.dead("when", "it can never apply: the limit has no rate");
      }
    }
  }

  private String name() {
    Optional<String> name = part.text("[@name]");
    if (name.isEmpty()) {
      part.problem("", "it has no attribute name");
    } else if (!name.get().matches(NAME)) {
      part.problem(
          "[@name]",
          "'" + name.get() + "' is no name: letters, digits, '.', '_' and '-', 64 at most");
    }
    return name.orElse("");
  }

  private static Long size(String text) {
    long octets = DataSize.parse(text).octets();
    if (octets == 0) {
      throw new IllegalArgumentException("'" + text + "' would let no message pass");
    }
    return octets;
  }

  private List<Rate> rates() {
    List<Rate> rates = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      part.requireContent(kind.element());
      for (String text : part.texts(kind.element())) {
        try {
          rates.add(Rate.parse(kind, text));
        } catch (IllegalArgumentException e) {
          part.problem(kind.element(), String.valueOf(e.getMessage()));
        }
      }
    }
    return rates;
  }

  private Audience audience() {
    Set<String> domains = new LinkedHashSet<>();
    for (String word : words("domains", "[,\\s]+")) {
      domain(word).ifPresent(domains::add);
    }
    if (!domains.isEmpty() && !scope.isOfADomain()) {
      part.problem(
          "[@domains]", "it goes with per=\"sender-domain\" and \"recipient-domain\" only");
    }
    return new Audience(
        names("identities", "[,\\s]+"),
        names("groups", ","), // names of groups may hold blanks
        part.read("[@networks]", Networks.NONE, Networks::parse),
        Set.copyOf(domains));
  }

  private Set<String> names(String attribute, String between) {
    Set<String> names = words(attribute, between);
    for (String name : names) {
      if (name.indexOf('*') >= 0) {
        part.problem(
            "[@" + attribute + "]",
            "'" + name + "' has a *, and names are whole here; " + near(name));
      }
    }
    return names;
  }

  /** What is likely meant by a name with a star. */
  private static String near(String name) {
    if (name.equals("*")) {
      return "without the attribute the limit is for all";
    }
    String group = "name a group, which <identity> of identities.xml gives";
    String domain = name.startsWith("*@") ? name.substring(2) : "";
    return domain.matches(DOMAIN)
        ? group + ", or write per=\"sender-domain\" domains=\"" + domain + "\""
        : group;
  }

  private Set<String> words(String attribute, String between) {
    String key = "[@" + attribute + "]";
    part.requireContent(key); // it would be everybody
    return Arrays.stream(part.text(key).orElse("").split(between, -1))
        .map(word -> Letters.lower(word.strip()))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  private Optional<String> domain(String word) {
    boolean below = word.startsWith("*.");
    String name = below ? word.substring(2) : word;
    try {
      String ascii = DomainName.ascii(name);
      if (ascii.matches(DOMAIN)) {
        return Optional.of(below ? "." + ascii : ascii);
      }
    } catch (IllegalArgumentException e) {
      // told below, in the same words
    }
    part.problem("[@domains]", "'" + word + "' is no domain; *.example.org is all below one");
    return Optional.empty();
  }
}
