/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.ldap;

import com.google.common.collect.ImmutableListMultimap;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.posthouse.identity.Identity;

/** What an entry of a directory says of an identity. */
final class EntryReader {
  private static final String SMTP = "smtp:";

  private final LdapSettings settings;

  EntryReader(LdapSettings settings) {
    this.settings = settings;
  }

  /** All that has to be asked for. */
  String[] attributes() {
    List<String> all = new ArrayList<>();
    all.add(settings.nameAttribute());
    all.addAll(settings.addressAttributes());
    all.addAll(settings.attributes());
    if (settings.groups() != null && settings.groups().filter() == null) {
      all.add(settings.groups().attribute());
    }
    return all.toArray(String[]::new);
  }

  /** The groups that the entry itself names. */
  List<String> groups(Entry entry) {
    String[] values =
        settings.groups() == null ? null : entry.getAttributeValues(settings.groups().attribute());
    return values == null ? List.of() : List.of(values).stream().map(EntryReader::group).toList();
  }

  /** A group is called what the first part of its distinguished name holds. */
  private static String group(String value) {
    try {
      RDN first = new DN(value).getRDN();
      return first == null ? value : first.getAttributeValues()[0];
    } catch (LDAPException e) {
      return value;
    }
  }

  /** The identity; empty when the entry lacks the attribute that names it. */
  Optional<Identity> identity(Entry entry, Collection<String> groups) {
    String name = entry.getAttributeValue(settings.nameAttribute());
    if (name == null || name.isBlank()) {
      return Optional.empty();
    }
    ImmutableListMultimap.Builder<String, String> others = ImmutableListMultimap.builder();
    for (String attribute : settings.attributes()) {
      String[] values = entry.getAttributeValues(attribute);
      if (values != null) {
        others.putAll(attribute, values);
      }
    }
    Identity named = Identity.named(name.strip(), settings.name());
    return Optional.of(
        new Identity(named.name(), named.source(), Set.of(), named.addresses(), others.build())
            .with(groups, addresses(entry)));
  }

  private Set<String> addresses(Entry entry) {
    Set<String> all = new LinkedHashSet<>();
    for (String attribute : settings.addressAttributes()) {
      String[] values = entry.getAttributeValues(attribute);
      for (String value : values == null ? new String[0] : values) {
        address(value).ifPresent(all::add);
      }
    }
    return all;
  }

  /** Of proxyAddresses, {@code SMTP:} is the main one, {@code smtp:} others, the rest no mail. */
  private static Optional<String> address(String value) {
    boolean prefixed = value.regionMatches(true, 0, SMTP, 0, SMTP.length());
    String address = (prefixed ? value.substring(SMTP.length()) : value).strip();
    int colon = address.indexOf(':');
    boolean other = colon >= 0 && colon < address.indexOf('@');
    return address.indexOf('@') > 0 && !other ? Optional.of(address) : Optional.empty();
  }
}
