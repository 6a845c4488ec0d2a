/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.data;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.james.rrt.api.RecipientRewriteTable.ErrorMappingException;
import org.apache.james.rrt.api.RecipientRewriteTable.TooManyMappingException;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.james.rrt.lib.Mapping;
import org.posthouse.rewriting.Address;
import org.posthouse.rewriting.AddressRewriting;

/** Finds out where one recipient is led to; for one use. */
final class Expansion {
  private final WrittenMappings written;
  private final AddressRewriting file;
  private final Set<Mapping.Type> types;
  private final int limit;

  private final List<Address> path = new ArrayList<>();
  private final Set<String> ends = new LinkedHashSet<>();

  /**
   * An expansion of nobody yet.
   *
   * @param file asked for addresses that none of {@code written} is for
   * @param types of mappings that count
   * @param limit how many addresses one after the other may be looked up; 0 for the first only
   */
  Expansion(WrittenMappings written, AddressRewriting file, Set<Mapping.Type> types, int limit) {
    this.written = written;
    this.file = file;
    this.types = types;
    this.limit = limit;
  }

  /**
   * The addresses that a recipient is led to, perhaps itself among them; empty when it is led
   * nowhere.
   *
   * @throws TooManyMappingException when it is led in a circle, or too far
   * @throws ErrorMappingException when a mapping says that it is an error
   * @throws RecipientRewriteTableException when a mapping leads to what is no address
   */
  Set<String> of(Address recipient) throws ErrorMappingException, RecipientRewriteTableException {
    List<Address> targets = targets(recipient);
    if (!targets.isEmpty()) {
      follow(recipient, targets);
    }
    return ends;
  }

  private void follow(Address from, List<Address> targets)
      throws ErrorMappingException, RecipientRewriteTableException {
    path.add(from);
    for (Address target : targets) {
      if (limit == 0 || target.isSameAs(from)) {
        ends.add(target.toString());
      } else {
        lookUp(target);
      }
    }
    path.remove(path.size() - 1);
  }

  private void lookUp(Address target) throws ErrorMappingException, RecipientRewriteTableException {
    List<Address> next = targets(target);
    if (next.isEmpty()) {
      ends.add(target.toString());
    } else if (path.stream().noneMatch(target::isSameAs)) {
      if (path.size() >= limit) {
        throw new TooManyMappingException("too many look-ups");
      }
      follow(target, next);
    } else if (next.stream().noneMatch(target::isSameAs)) { // who keeps its mail ends the circle
      throw new TooManyMappingException("it goes in a circle");
    }
  }

  private List<Address> targets(Address from)
      throws ErrorMappingException, RecipientRewriteTableException {
    List<Mapping> mappings = written.of(from);
    if (mappings.isEmpty()) {
      return file.rewrite(from).filter(to -> !to.isSameAs(from)).stream().toList();
    }
    List<Address> targets = new ArrayList<>();
    for (Mapping mapping : mappings) {
      if (types.contains(mapping.getType())) {
        target(from, mapping).ifPresent(targets::add);
      }
    }
    return targets;
  }

  private static Optional<Address> target(Address from, Mapping mapping)
      throws ErrorMappingException, RecipientRewriteTableException {
    String value = mapping.getMappingValue();
    return switch (mapping.getType()) {
      case Error -> throw new ErrorMappingException(value);
      case Domain, DomainAlias -> Optional.of(from.withDomain(value));
      case Regex -> matched(from, value);
      case Address, Alias, Forward, Group -> Optional.of(address(value, from));
    };
  }

  /** Written {@code expression:replacement}; groups are {@code ${1}} and so on. */
  private static Optional<Address> matched(Address from, String value)
      throws RecipientRewriteTableException {
    int colon = value.lastIndexOf(':');
    Matcher match =
        Pattern.compile(value.substring(0, Math.max(0, colon)), Pattern.CASE_INSENSITIVE)
            .matcher(from.toString());
    if (!match.matches()) {
      return Optional.empty();
    }
    String target = value.substring(colon + 1);
    for (int i = 1; i <= match.groupCount(); i++) {
      target = target.replace("${" + i + "}", Optional.ofNullable(match.group(i)).orElse(""));
    }
    return Optional.of(address(target, from));
  }

  /** One without a domain is in that of the recipient. */
  private static Address address(String text, Address from) throws RecipientRewriteTableException {
    String whole = text.contains("@") ? text : text + "@" + from.domain();
    return Address.parse(whole)
        .filter(each -> RewriteTable.isAddress(Mapping.address(whole)))
        .orElseThrow(
            () ->
                new RecipientRewriteTableException(
                    "the mapping of " + from + " leads to '" + text + "', which is no address"));
  }
}
