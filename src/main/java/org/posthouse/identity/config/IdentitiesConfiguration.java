/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.posthouse.config.Settings;
import org.posthouse.identity.Addition;
import org.posthouse.identity.Identities;
import org.posthouse.identity.PasswordChecker;
import org.posthouse.identity.PasswordSource;
import org.posthouse.identity.TokenSource;
import org.posthouse.identity.client.AddressRule;
import org.posthouse.identity.client.CertificateRule;
import org.posthouse.identity.client.ClientAddresses;
import org.posthouse.identity.client.ClientCertificates;
import org.posthouse.identity.client.HostAddresses;
import org.posthouse.identity.guess.GuessLimits;
import org.posthouse.identity.ldap.LdapSettings;
import org.posthouse.identity.ldap.LdapSource;
import org.posthouse.identity.oidc.OidcSettings;
import org.posthouse.identity.oidc.OidcSource;

/**
 * All that stands in identities.xml, in its order.
 *
 * @param passwords directories; an empty one stands for the file of users
 * @param additions by names of identities in lower case
 * @param guessing how much guessing at passwords is borne
 */
public record IdentitiesConfiguration(
    List<Optional<LdapSettings>> passwords,
    List<OidcSettings> issuers,
    List<CertificateRule> certificates,
    List<AddressRule> addresses,
    Map<String, Addition> additions,
    GuessLimits guessing) {
  /** What holds without the file: the file of users. */
  public static final IdentitiesConfiguration USERS =
      new IdentitiesConfiguration(
          List.of(Optional.empty()),
          List.of(),
          List.of(),
          List.of(),
          Map.of(),
          GuessLimits.DEFAULT);

  private static final String[] ELEMENTS = {
    "users", "ldap", "oidc", "certificate", "network", "host", "identity"
  };

  public IdentitiesConfiguration {
    passwords = List.copyOf(passwords);
    issuers = List.copyOf(issuers);
    certificates = List.copyOf(certificates);
    addresses = List.copyOf(addresses);
    additions = Map.copyOf(additions);
  }

  /**
   * Reads the file. What is wrong is added to its problems; the values must not be used then.
   *
   * @param conf the directory that the file is in, or is not: then it holds nothing
   * @param home that relative paths of files begin at
   */
  public static IdentitiesConfiguration read(Settings file, Path conf, Path home) {
    if (Files.notExists(conf.resolve("identities.xml"))) {
      return USERS;
    }
    Reading reading = new Reading(home);
    for (Settings.Element each : file.inOrder(ELEMENTS)) {
      reading.read(each);
    }
    if (reading.passwords.contains(Optional.<LdapSettings>empty())) {
      if (file.parts("users").size() > 1) {
        file.problem("users", "it is written " + file.parts("users").size() + " times");
      }
    } else if (Files.exists(conf.resolve("users"))) {
      file.warning("", "conf/users is there and is not asked: there is no <users/>");
    }
    if (file.inOrder(ELEMENTS).stream().allMatch(each -> each.name().equals("identity"))) {
      file.warning("", "it names no source, so nobody is known");
    }
    return reading.configuration(GuessLimits.read(file.section("guessing")));
  }

  /** What was read so far. */
  private static final class Reading {
    private final Set<String> names = new HashSet<>(Set.of(PasswordChecker.SOURCE));
    private final LdapReader ldap;
    private final OidcReader oidc;
    private final CertificateReader certificates;
    private final AddressReader addresses = new AddressReader();
    private final List<Optional<LdapSettings>> passwords = new ArrayList<>();
    private final List<OidcSettings> issuers = new ArrayList<>();
    private final Map<String, Addition> additions = new HashMap<>();

    Reading(Path home) {
      ldap = new LdapReader(home, names);
      oidc = new OidcReader(home, names);
      certificates = new CertificateReader(home);
    }

    void read(Settings.Element element) {
      Settings part = element.part();
      switch (element.name()) {
        case "users" -> passwords.add(Optional.empty());
        case "ldap" -> passwords.add(Optional.of(ldap.read(part)));
        case "oidc" -> issuers.add(oidc.read(part));
        case "certificate" -> certificates.read(part);
        case "network" -> addresses.network(part);
        case "host" -> addresses.host(part);
        default -> addition(part);
      }
    }

    private void addition(Settings part) {
      Optional<String> name = Values.identity(part, "name");
      Addition more = new Addition(Values.groups(part), Values.addresses(part));
      if (more.groups().isEmpty() && more.addresses().isEmpty()) {
        part.warning("", "it adds nothing: it has neither groups nor addresses");
      }
      if (name.isPresent() && additions.containsKey(name.get())) {
        part.warning("[@name]", "'" + name.get() + "' is named twice; both count");
      }
      name.ifPresent(known -> additions.merge(known, more, Addition::and));
    }

    IdentitiesConfiguration configuration(GuessLimits guessing) {
      return new IdentitiesConfiguration(
          passwords, issuers, certificates.rules(), addresses.rules(), additions, guessing);
    }
  }

  /**
   * Whether the file of users knows all passwords, so that SCRAM works for whoever has one. A
   * client that is offered SCRAM takes it, and does not try PLAIN with the same password.
   */
  public boolean usersHaveAllPasswords() {
    return passwords.equals(List.of(Optional.<LdapSettings>empty()));
  }

  /**
   * Makes the sources. No connection is made yet.
   *
   * @param users the file of users; stays open when the identities are closed
   * @param lookup finds the addresses of hosts
   */
  public Identities open(PasswordChecker users, HostAddresses.Lookup lookup) {
    List<AutoCloseable> closeables = new ArrayList<>();
    List<PasswordSource> sources = new ArrayList<>();
    for (Optional<LdapSettings> each : passwords) {
      if (each.isEmpty()) {
        sources.add(users);
      } else {
        LdapSource source = new LdapSource(each.get());
        closeables.add(source);
        sources.add(source);
      }
    }
    List<TokenSource> tokens = new ArrayList<>();
    for (OidcSettings each : issuers) {
      OidcSource source = new OidcSource(each);
      closeables.add(source);
      tokens.add(source);
    }
    HostAddresses hosts =
        new HostAddresses(
            addresses.stream().flatMap(rule -> rule.hosts().stream()).toList(), lookup);
    closeables.add(hosts);
    return new Identities(
        new Identities.Sources(
            sources,
            tokens,
            new ClientCertificates(certificates),
            new ClientAddresses(addresses, hosts),
            closeables),
        additions);
  }
}
