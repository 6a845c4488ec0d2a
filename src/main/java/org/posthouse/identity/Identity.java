/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import com.google.common.collect.ImmutableListMultimap;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Who sends: a person, a program, a printer or a partner, as one source of identities knows it.
 *
 * @param name what the log and the rules call it; in lower case
 * @param source the name of the source that vouches for it, as identities.xml has it
 * @param groups names of groups it is in, in lower case
 * @param addresses its own address and aliases, in lower case; may be empty
 * @param attributes what else the source told of it: of a directory's entry, or claims of a token
 */
public record Identity(
    String name,
    String source,
    Set<String> groups,
    Set<String> addresses,
    ImmutableListMultimap<String, String> attributes) {
  public Identity {
    name = lower(name);
    groups = lower(groups);
    addresses = lower(addresses);
  }

  /** One that is in no group; a name that is an address is its own. */
  public static Identity named(String name, String source) {
    Set<String> own = name.indexOf('@') > 0 ? Set.of(name) : Set.of();
    return new Identity(name, source, Set.of(), own, ImmutableListMultimap.of());
  }

  /** The same, in more groups and with more addresses. */
  public Identity with(Collection<String> moreGroups, Collection<String> moreAddresses) {
    return new Identity(
        name, source, union(groups, moreGroups), union(addresses, moreAddresses), attributes);
  }

  private static Set<String> union(Set<String> some, Collection<String> more) {
    Set<String> all = new LinkedHashSet<>(some);
    all.addAll(more);
    return all;
  }

  private static Set<String> lower(Set<String> texts) {
    Set<String> all = new LinkedHashSet<>();
    texts.forEach(text -> all.add(lower(text)));
    return Collections.unmodifiableSet(all);
  }

  private static String lower(String text) {
    return Letters.lower(text);
  }

  @Override
  public String toString() {
    return name;
  }
}
