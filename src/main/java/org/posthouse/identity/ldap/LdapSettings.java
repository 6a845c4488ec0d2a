/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.ldap;

import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What identities.xml says of a directory.
 *
 * @param name of the source
 * @param servers asked in this order, the next one when those before cannot be reached
 * @param trust TLS towards them
 * @param account that searches; null for nobody
 * @param people where logins are found
 * @param nameAttribute holds the name of the identity
 * @param addressAttributes hold its mail addresses
 * @param groups where its groups are; null for none
 * @param attributes others that are kept
 * @param timeout for each answer of a server
 * @param connections most of them for searches, and as many for logins
 * @param remember how long a good password is good without asking; zero for not at all
 */
public record LdapSettings(
    String name,
    List<LdapServer> servers,
    SSLContext trust,
    @Nullable Account account,
    People people,
    String nameAttribute,
    List<String> addressAttributes,
    @Nullable Groups groups,
    List<String> attributes,
    Duration timeout,
    int connections,
    Duration remember) {
  public LdapSettings {
    servers = List.copyOf(servers);
    addressAttributes = List.copyOf(addressAttributes);
    attributes = List.copyOf(attributes);
  }

  /** Who searches. */
  public record Account(String dn, String password) {
    /** Without the password, so that no log holds it. */
    @Override
    public String toString() {
      return dn;
    }
  }

  /**
   * Where logins are found: by a search, or by a name that is made of the login.
   *
   * @param base of the search; empty with a name
   * @param template a filter, or a distinguished name
   * @param search which of the two
   * @param subtree whether a search goes below the children of the base
   */
  public record People(String base, LoginTemplate template, boolean search, boolean subtree) {}

  /**
   * Where groups are: in an attribute of the entry, or found by a search.
   *
   * @param attribute holds the names or distinguished names of groups; of a group that was found,
   *     its name
   * @param base of the search; empty for the entry itself
   * @param filter null for the entry itself
   */
  public record Groups(String attribute, String base, @Nullable LoginTemplate filter) {}
}
