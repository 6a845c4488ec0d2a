/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Strips host names down to a domain, as Postfix' masquerade_domains: the first item of the list
 * that is the domain of an address, or a domain above it, decides. With an exclamation mark before
 * it the address stays.
 */
public final class Masquerade implements AddressRewriting {
  private final List<Item> items;
  private final Set<String> exceptions;

  private record Item(String domain, boolean strips) {
    boolean isAbove(String other) {
      return other.length() > domain.length()
          && other.endsWith(domain)
          && other.charAt(other.length() - domain.length() - 1) == '.';
    }
  }

  private Masquerade(List<Item> items, Set<String> exceptions) {
    this.items = items;
    this.exceptions = exceptions;
  }

  /**
   * Reads both lists.
   *
   * @param list {@code domain} or {@code !domain}; the order counts
   * @param exceptions what stays in all of them: {@code user}, {@code user@domain} or {@code
   *     @domain}
   * @throws RulesException when something in them is no domain
   */
  public static Masquerade of(List<String> list, List<String> exceptions) throws RulesException {
    List<String> problems = new ArrayList<>();
    List<Item> items = new ArrayList<>();
    for (String word : list) {
      String domain = word.startsWith("!") ? word.substring(1) : word;
      require(domain, problems);
      items.add(new Item(Address.ascii(domain), domain.length() == word.length()));
    }
    Set<String> kept = new HashSet<>();
    for (String word : exceptions) {
      kept.add(exception(word, problems));
    }
    if (!problems.isEmpty()) {
      throw new RulesException(problems);
    }
    return new Masquerade(items, kept);
  }

  @Override
  public Optional<Address> rewrite(Address address) {
    String domain = address.asciiDomain();
    for (Item item : items) {
      if (item.domain.equals(domain)) {
        return Optional.empty();
      }
      if (item.isAbove(domain)) {
        boolean changes = item.strips && !isException(address.user(), domain);
        return changes ? Optional.of(address.withDomain(item.domain)) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private boolean isException(String user, String domain) {
    if (exceptions.isEmpty()) {
      return false;
    }
    String lower = user.toLowerCase(Locale.ROOT);
    return exceptions.contains(lower)
        || exceptions.contains(lower + "@" + domain)
        || exceptions.contains("@" + domain);
  }

  private static String exception(String word, List<String> problems) {
    int at = word.lastIndexOf('@');
    if (at < 0) {
      return new Address(word, "").user().toLowerCase(Locale.ROOT);
    }
    require(word.substring(at + 1), problems);
    String user = new Address(word.substring(0, at), "").user().toLowerCase(Locale.ROOT);
    return user + "@" + Address.ascii(word.substring(at + 1));
  }

  private static void require(String domain, List<String> problems) {
    if (!Address.isDomain(domain)) {
      problems.add("'" + domain + "' is no domain");
    }
  }
}
