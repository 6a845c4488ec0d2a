/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.config.Settings;
import org.posthouse.identity.Addition;
import org.posthouse.identity.client.Networks;
import org.posthouse.identity.ldap.LdapServer;
import org.posthouse.identity.ldap.LdapSettings;
import org.posthouse.identity.ldap.LoginTemplate;
import org.posthouse.identity.oidc.OidcSettings;

/** What a good identities.xml means. */
class IdentitiesConfigurationTest {
  @TempDir Path home;

  private IdentitiesXml full() throws Exception {
    IdentitiesXml full =
        IdentitiesXml.read(
            home, Files.readString(IdentitiesXml.RESOURCES.resolve("conf/identities.xml")));
    assertThat(full.problems()).isEmpty();
    assertThat(full.warnings()).isEmpty();
    return full;
  }

  @Test
  void withoutTheFileOnlyUsersShouldBeAsked() {
    Path conf = home.resolve("conf");
    Settings none =
        new Settings(conf.resolve("identities.xml"), new BaseHierarchicalConfiguration());
    assertThat(IdentitiesConfiguration.read(none, conf, home))
        .isEqualTo(IdentitiesConfiguration.USERS);
    assertThat(none.warnings()).isEmpty();
  }

  @Test
  void shippedFileShouldMeanWhatHoldsWithoutIt() throws Exception {
    IdentitiesXml shipped =
        IdentitiesXml.read(home, Files.readString(Path.of("../conf/identities.xml")));
    assertThat(shipped.problems()).isEmpty();
    assertThat(shipped.warnings()).isEmpty();
    assertThat(shipped.configuration()).isEqualTo(IdentitiesConfiguration.USERS);
  }

  @Test
  void everyElementOfADirectoryShouldCount() throws Exception {
    List<Optional<LdapSettings>> passwords = full().configuration().passwords();
    assertThat(passwords).hasSize(3).first().isEqualTo(Optional.empty());
    LdapSettings staff = passwords.get(1).orElseThrow();
    assertThat(staff.name()).isEqualTo("staff");
    assertThat(staff.servers())
        .containsExactly(
            new LdapServer("ldap1.example.com", 636, LdapServer.Tls.IMPLICIT),
            new LdapServer("ldap2.example.com", 1389, LdapServer.Tls.START),
            new LdapServer("127.0.0.1", 389, LdapServer.Tls.CLEAR));
    assertThat(staff.account())
        .isEqualTo(new LdapSettings.Account("cn=posthouse,dc=example,dc=com", "s3cret"));
    assertThat(staff.people())
        .isEqualTo(
            new LdapSettings.People(
                "ou=people,dc=example,dc=com",
                new LoginTemplate("(|(uid={login})(mail={login}))"),
                true,
                false));
    assertThat(staff.nameAttribute()).isEqualTo("uid");
    assertThat(staff.addressAttributes()).containsExactly("mail", "proxyAddresses");
    assertThat(staff.groups())
        .isEqualTo(
            new LdapSettings.Groups(
                "cn", "ou=groups,dc=example,dc=com", new LoginTemplate("(member={dn})")));
    assertThat(staff.attributes()).containsExactly("department", "title");
    assertThat(staff.timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(staff.connections()).isEqualTo(8);
    assertThat(staff.remember()).isEqualTo(Duration.ofMinutes(5));
    assertThat(staff.toString()).doesNotContain("s3cret");
  }

  @Test
  void defaultsOfADirectoryShouldBeModest() throws Exception {
    LdapSettings partners = full().configuration().passwords().get(2).orElseThrow();
    assertThat(partners.account()).isNull();
    assertThat(partners.people().search()).isFalse();
    assertThat(partners.nameAttribute()).isEqualTo("uid");
    assertThat(partners.addressAttributes()).containsExactly("mail");
    assertThat(partners.groups()).isEqualTo(new LdapSettings.Groups("memberOf", "", null));
    assertThat(partners.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(partners.connections()).isEqualTo(4);
    assertThat(partners.remember()).isZero();
  }

  @Test
  void everyElementOfAnIssuerShouldCount() throws Exception {
    List<OidcSettings> issuers = full().configuration().issuers();
    OidcSettings entra = issuers.get(0);
    assertThat(entra.issuer()).isEqualTo("https://login.example.com/tenant/v2.0");
    assertThat(entra.audiences()).containsExactlyInAnyOrder("api://posthouse", "posthouse");
    assertThat(entra.check().keys()).hasToString("https://login.example.com/tenant/keys");
    assertThat(entra.login()).isEqualTo("upn");
    assertThat(entra.groups()).containsExactly("groups", "roles");
    assertThat(entra.scope()).isEqualTo("SMTP.Send");
    assertThat(entra.attributes()).containsExactly("department");
    assertThat(entra.skew()).isEqualTo(Duration.ofSeconds(30));
    assertThat(entra.timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(entra.keepKeys()).isEqualTo(Duration.ofHours(12));
    OidcSettings keycloak = issuers.get(1);
    assertThat(keycloak.check().introspection())
        .isEqualTo(
            new OidcSettings.Introspection(
                java.net.URI.create("https://login.example.org/introspect"),
                "posthouse",
                "s3cret"));
    assertThat(keycloak.toString()).doesNotContain("s3cret");
    assertThat(keycloak.login()).isEqualTo("preferred_username");
    assertThat(keycloak.scope()).isNull();
    assertThat(keycloak.skew()).isEqualTo(Duration.ofMinutes(1));
    assertThat(keycloak.keepKeys()).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void rulesOfClientsShouldBeInTheirOrderWithNamesInLowerCase() throws Exception {
    IdentitiesConfiguration read = full().configuration();
    assertThat(read.certificates())
        .extracting(rule -> rule.identity().text())
        .containsExactly("billing", "partner", "{cn}");
    assertThat(read.certificates().get(0).groups())
        .containsExactlyInAnyOrder("applications", "domain users");
    assertThat(read.addresses())
        .extracting(rule -> rule.identity())
        .containsExactly("printer-3", "crm");
    assertThat(read.addresses().get(0).networks())
        .isEqualTo(Networks.parse("192.0.2.17 2001:db8::/64"));
    assertThat(read.addresses().get(1).hosts()).containsExactly("crm.example.com");
    assertThat(read.additions())
        .isEqualTo(
            Map.of(
                "alice",
                new Addition(Set.of("sales"), Set.of("alice@example.org", "sales@example.org"))));
  }

  @Test
  void sourcesShouldBeAskedInTheOrderOfTheFile() throws Exception {
    String ldap = "<ldap name='%s'><server>ldap://x</server><user dn='uid={login},dc=x'/></ldap>";
    IdentitiesXml read =
        IdentitiesXml.read(
            home,
            "<identities>"
                + ldap.replace("%s", "a")
                + "<users/>"
                + ldap.replace("%s", "b")
                + "</identities>");
    assertThat(read.configuration().passwords())
        .extracting(each -> each.map(LdapSettings::name).orElse("users"))
        .containsExactly("a", "users", "b");
  }
}
