/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.config;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.Exposure;
import org.posthouse.config.NameAttribute;
import org.posthouse.config.PasswordFile;
import org.posthouse.config.PemCertificates;
import org.posthouse.config.Settings;
import org.posthouse.identity.TrustedAuthorities;
import org.posthouse.identity.ldap.LdapServer;
import org.posthouse.identity.ldap.LdapSettings;
import org.posthouse.identity.ldap.LdapSettings.Account;
import org.posthouse.identity.ldap.LdapSettings.Groups;
import org.posthouse.identity.ldap.LdapSettings.People;
import org.posthouse.identity.ldap.LoginTemplate;

/** Reads {@code <ldap>}. */
final class LdapReader {
  private static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MOST_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MOST_REMEMBER = Duration.ofHours(1);
  private static final int MOST_CONNECTIONS = 100;
  private static final int CONNECTIONS = 4;
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");
  private static final Map<String, String> SAMPLE =
      Map.of("login", "x", "local", "x", "domain", "x", "dn", "cn=x");
  private static final LoginTemplate NONE = new LoginTemplate("");

  private final Path home;
  private final Set<String> names;

  /**
   * A reader.
   *
   * @param home that relative paths of files begin at
   * @param names of sources so far
   */
  LdapReader(Path home, Set<String> names) {
    this.home = home;
    this.names = names;
  }

  LdapSettings read(Settings ldap) {
    String name = NameAttribute.read(ldap, names).orElse("");
    List<X509Certificate> trust =
        ldap.read("trust", List.of(), text -> PemCertificates.read(Values.file(home, text)));
    return new LdapSettings(
        name,
        servers(ldap),
        TrustedAuthorities.context(trust),
        ldap.parts("bind").isEmpty() ? null : account(ldap.section("bind")),
        people(ldap),
        ldap.read("name", "uid", LdapReader::attribute),
        Values.words(ldap, "addresses", "mail"),
        ldap.parts("groups").isEmpty() ? null : groups(ldap.section("groups")),
        Values.words(ldap, "attributes", ""),
        ldap.duration("timeout", LEAST_TIMEOUT, MOST_TIMEOUT, TIMEOUT),
        ldap.number("connections", 1, MOST_CONNECTIONS, CONNECTIONS),
        ldap.duration("remember", Duration.ZERO, MOST_REMEMBER, Duration.ZERO));
  }

  private static List<LdapServer> servers(Settings ldap) {
    List<Settings> parts = ldap.parts("server");
    if (parts.isEmpty()) {
      ldap.problem("", "it has no <server>");
    }
    List<LdapServer> servers = new ArrayList<>();
    for (Settings part : parts) {
      boolean clear = part.truth("[@clear]", false);
      Optional<LdapServer> server =
          part.read("", Optional.empty(), text -> Optional.of(LdapServer.parse(text, clear)));
      server.ifPresent(servers::add);
      server.filter(each -> clear).ifPresent(each -> checkClear(part, each));
      if (server.isEmpty() && part.text("").isEmpty()) {
        part.problem("", "it is empty");
      }
    }
    return servers;
  }

  private static void checkClear(Settings part, LdapServer server) {
    if (server.tls() == LdapServer.Tls.IMPLICIT) {
      part.problem("[@clear]", "it contradicts ldaps");
    } else if (!LOOPBACK.contains(server.host())) {
      part.problem(
          "[@clear]", "passwords go in clear within this machine only, not to " + server.host());
    }
  }

  private @Nullable Account account(Settings bind) {
    Optional<String> dn = Values.required(bind, "dn");
    dn.filter(text -> !DN.isValidDN(text))
        .ifPresent(text -> bind.problem("[@dn]", "'" + text + "' is no distinguished name"));
    Optional<String> file = Values.required(bind, "passwordFile");
    file.flatMap(text -> Exposure.of(Values.file(home, text)))
        .ifPresent(text -> bind.warning("[@passwordFile]", text));
    String password =
        file.isEmpty()
            ? ""
            : bind.read("[@passwordFile]", "", text -> PasswordFile.read(Values.file(home, text)));
    return dn.map(text -> new Account(text, password)).orElse(null);
  }

  private static People people(Settings ldap) {
    boolean searches = !ldap.parts("search").isEmpty();
    boolean named = !ldap.parts("user").isEmpty();
    if (searches == named) {
      ldap.problem(
          "",
          searches ? "it can have only one of <search> and <user>" : "it needs <search> or <user>");
    }
    if (named && !searches) {
      Settings user = ldap.section("user");
      return new People("", template(user, "dn", LoginTemplate.OF_LOGIN, false), false, false);
    }
    if (named) {
      ldap.section("user").text("[@dn]");
    }
    Settings search = ldap.section("search");
    if (!searches) {
      return new People("", NONE, true, true);
    }
    return new People(
        base(search),
        template(search, "filter", LoginTemplate.OF_LOGIN, true),
        true,
        search.word("[@scope]", "subtree", "subtree", "children").equals("subtree"));
  }

  private static Groups groups(Settings groups) {
    boolean searches = groups.text("[@filter]").isPresent() || groups.text("[@base]").isPresent();
    if (!searches) {
      return new Groups(groups.read("[@attribute]", "memberOf", LdapReader::attribute), "", null);
    }
    String attribute = groups.read("[@attribute]", "cn", LdapReader::attribute);
    String base = base(groups);
    return new Groups(attribute, base, template(groups, "filter", LoginTemplate.OF_ENTRY, true));
  }

  private static String base(Settings part) {
    Optional<String> base = Values.required(part, "base");
    base.filter(text -> !DN.isValidDN(text))
        .ifPresent(text -> part.problem("[@base]", "'" + text + "' is no distinguished name"));
    return base.orElse("");
  }

  private static LoginTemplate template(
      Settings part, String attribute, Set<String> places, boolean filter) {
    if (Values.required(part, attribute).isEmpty()) {
      return NONE;
    }
    return part.read("[@" + attribute + "]", NONE, text -> checked(text, places, filter));
  }

  private static LoginTemplate checked(String text, Set<String> places, boolean filter) {
    LoginTemplate template = LoginTemplate.parse(text, places);
    String sample = template.fill(SAMPLE, value -> value).orElse("");
    try {
      if (filter) {
        Filter unused = Filter.create(sample);
      } else {
        DN unused = new DN(sample);
      }
    } catch (LDAPException e) {
      String what = filter ? "filter (RFC 4515)" : "distinguished name (RFC 4514)";
      throw new IllegalArgumentException("'" + text + "' is no " + what, e);
    }
    return template;
  }

  private static String attribute(String text) {
    if (!text.matches("[A-Za-z][A-Za-z0-9;-]*")) {
      throw new IllegalArgumentException("'" + text + "' is no name of an attribute");
    }
    return text;
  }
}
