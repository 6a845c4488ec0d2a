/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong in identities.xml is told with its line, all of it. */
class BadIdentitiesTest {
  private static final String DIGITS = "00112233445566778899aabbccddeeff";
  private static final String FINGERPRINT = "SHA256:" + DIGITS + DIGITS;

  @TempDir Path home;

  /** A tilde begins a line. */
  private static Arguments of(String xml, String... complaints) {
    return Arguments.of("<identities>\n" + xml.replace("~", "\n") + "\n</identities>", complaints);
  }

  private static String ldap(String inside) {
    return "<ldap name='a'><server>ldaps://x.example</server>\n" + inside + "</ldap>";
  }

  private static String oidc(String inside) {
    return "<oidc name='a'><issuer>https://x.example</issuer><audience>p</audience>\n"
        + inside
        + "</oidc>";
  }

  static Stream<Arguments> names() {
    return Stream.of(
        of(
            "<user/>~<network identitty='a' identity='b'>192.0.2.1</network>",
            "line 2, <user>: there is no such setting; did you mean <users>?",
            "line 3, <network>, attribute identitty: there is no such attribute; did you mean"
                + " attribute identity?"),
        of("<users/>~<users/>", "line 3, <users>: it is written 2 times"),
        of("<users>~alice</users>", "line 2, <users>: it holds no text of its own"),
        of(
            "<users/>" + ldap("<serch base='dc=x' filter='(uid={login})'/>"),
            "line 2, <ldap>: it needs <search> or <user>",
            "line 3, <ldap><serch>: there is no such setting; did you mean <search>?"));
  }

  static Stream<Arguments> directories() {
    return Stream.of(
        of(
            "<ldap>~<user dn='uid={login}'/></ldap>",
            "line 2, <ldap>: it has no <server>",
            "line 2, <ldap>: it has no attribute name"),
        of(
            "<ldap name='users'>~<server>http://x</server>~<server clear='true'>ldap://x</server>~"
                + "<server clear='true'>ldaps://127.0.0.1</server>~<server/>~"
                + "<server>ldap://x/dc=x</server><user dn='uid={login}'/></ldap>",
            "line 2, <ldap>, attribute name: 'users' is the name of another",
            "line 3, <ldap><server>: 'http://x' is no server; write ldaps://host or ldap://host,"
                + " and a port if needed",
            "line 4, <ldap><server>, attribute clear: passwords go in clear within this machine"
                + " only, not to x",
            "line 5, <ldap><server>, attribute clear: it contradicts ldaps",
            "line 6, <ldap><server>: it is empty",
            "line 7, <ldap><server>: 'ldap://x/dc=x' is no server; write ldaps://host or"
                + " ldap://host, and a port if needed"),
        of(
            ldap(
                "<search base='x y' filter='(uid=*)' scope='all'/>~<user dn='uid={login}'/>~"
                    + "<bind dn='nobody'/>~<groups filter='(member={dn}'/>"),
            "line 2, <ldap>: it can have only one of <search> and <user>",
            "line 3, <ldap><search>, attribute base: 'x y' is no distinguished name",
            "line 3, <ldap><search>, attribute filter: it has none of {domain}, {local}, {login}",
            "line 3, <ldap><search>, attribute scope: 'all' is none of subtree, children",
            "line 5, <ldap><bind>, attribute dn: 'nobody' is no distinguished name",
            "line 5, <ldap><bind>: it has no attribute passwordFile",
            "line 6, <ldap><groups>, attribute filter: '(member={dn}' is no filter (RFC 4515)",
            "line 6, <ldap><groups>: it has no attribute base"),
        of(
            ldap(
                "<search base='dc=x' filter='(|(uid={login})(x={dn}))'/>~<trust>none.pem</trust>~"
                    + "<name>a b</name>~<timeout>5</timeout>~<connections>0</connections>~"
                    + "<remember>2 d</remember>~<bind dn='cn=x' passwordFile='none'/>"),
            "line 3, <ldap><search>, attribute filter: '{dn}' is none of {domain}, {local}, {login}",
            "line 4, <ldap><trust>: HOME/none.pem does not exist",
            "line 5, <ldap><name>: 'a b' is no name of an attribute",
            "line 6, <ldap><timeout>: '5' is no span of time; write a number and ms, s, min, h or d",
            "line 7, <ldap><connections>: '0' is no whole number of 1 to 100",
            "line 8, <ldap><remember>: '2 d' is not from 0s to 1h",
            "line 9, <ldap><bind>, attribute passwordFile: HOME/none does not exist"),
        of(
            ldap("<user dn='{login}'/>~<trust>password</trust>"),
            "line 3, <ldap><user>, attribute dn: '{login}' is no distinguished name (RFC 4514)",
            "line 4, <ldap><trust>: HOME/password holds no certificates in PEM"));
  }

  static Stream<Arguments> issuers() {
    return Stream.of(
        of(
            "<oidc name='a'/>",
            "line 2, <oidc>: it has no <audience>, so that every token of the issuer would open,"
                + " whomever it is for",
            "line 2, <oidc>: it has no <issuer>"),
        of(
            "<oidc name='a'>~<issuer>http://x.example</issuer>~<audience>p</audience>~"
                + "<keys>http://x.example/keys</keys>~<skew>1 h</skew>~<keepKeys>1 s</keepKeys>"
                + "</oidc>",
            "line 3, <oidc><issuer>: 'http://x.example' is not protected; write https, except for"
                + " this machine itself",
            "line 5, <oidc><keys>: 'http://x.example/keys' is not protected; write https, except"
                + " for this machine itself",
            "line 6, <oidc><skew>: '1 h' is not from 0s to 5m",
            "line 7, <oidc><keepKeys>: '1 s' is not from 1m to 30d"),
        of(
            oidc(
                "<keys>password</keys>~<introspection url='ftp://x' client='c'"
                    + " secretFile='none'/>"),
            "line 2, <oidc>: it can have only one of <keys> and <introspection>",
            "line 3, <oidc><keys>: HOME/password is no JWK set (RFC 7517)",
            "line 4, <oidc><introspection>, attribute secretFile: HOME/none does not exist",
            "line 4, <oidc><introspection>, attribute url: 'ftp://x' is no address of HTTP"),
        of(
            oidc("<introspection/>"),
            "line 3, <oidc><introspection>: it has no attribute client",
            "line 3, <oidc><introspection>: it has no attribute secretFile",
            "line 3, <oidc><introspection>: it has no attribute url"));
  }

  static Stream<Arguments> clients() {
    return Stream.of(
        of(
            "<certificate/>~<certificate identity='a b' fingerprint='SHA1:00'/>~"
                + "<certificate identity='{uid}' subject='x' san='ip:1.2.3.4' authority='none'/>",
            "line 2, <certificate>: it has no attribute identity",
            "line 2, <certificate>: it needs an attribute fingerprint, subject, san or authority",
            "line 3, <certificate>, attribute fingerprint: 'SHA1:00' is no fingerprint; write"
                + " SHA256: and the 64 digits that `openssl x509 -noout -fingerprint -sha256` shows",
            "line 3, <certificate>, attribute identity: 'a b' is no name of an identity; it holds"
                + " no blanks and 255 characters at most",
            "line 4, <certificate>, attribute authority: HOME/none does not exist",
            "line 4, <certificate>, attribute identity: '{uid}' is none of {cn}, {dns}, {email}",
            "line 4, <certificate>, attribute san: 'ip:1.2.3.4' is no alternative name; write dns:,"
                + " email: or uri: and the name",
            "line 4, <certificate>, attribute subject: 'x' is no distinguished name; write what"
                + " `openssl x509 -noout -subject -nameopt RFC2253` shows"),
        of(
            "<network identity='a'/>~<network>10.0.0.0/33, 300.1.1.1</network>~"
                + "<network identity='a'>crm.example</network>~"
                + "<network identity='d'>127.0.0.0/8 ::/0, 192.0.0.0/7 0.0.0.0/0</network>~"
                + "<network identity='e'>2a00::/12 1.0.0.0/8 2.0.0.0/8 3.0.0.0/8 4.0.0.0/8 5.0.0.0/8"
                + " 6.0.0.0/8 7.0.0.0/8 8.0.0.0/8 9.0.0.0/8 11.0.0.0/8 12.0.0.0/8 13.0.0.0/8"
                + " 14.0.0.0/8 15.0.0.0/8 16.0.0.0/8</network>~"
                + "<network identity='e'>17.0.0.0/16</network>~"
                + "<network identity='f'>18.0.0.0/16</network>",
            "line 2, <network>: it holds no network",
            "line 3, <network>: '10.0.0.0/33' is no network: after the slash stands a number of"
                + " bits, 0 to 32",
            "line 3, <network>: '300.1.1.1' is no address: an octet is at most 255",
            "line 3, <network>: it has no attribute identity",
            "line 4, <network>: 'crm.example' is the name of a host; <host> is for names",
            "line 5, <network>: this makes an open relay: nobody has a network as large as 0.0.0.0/0,"
                + " so strangers would be 'd'. Name the networks that are yours",
            "line 5, <network>: this makes an open relay: nobody has a network as large as 192.0.0.0/7,"
                + " so strangers would be 'd'. Name the networks that are yours",
            "line 5, <network>: this makes an open relay: nobody has a network as large as ::/0,"
                + " so strangers would be 'd'. Name the networks that are yours",
            "line 7, <network>: this makes an open relay: nobody has as much as these networks"
                + " and those before them, so strangers would be 'e'. Name the networks that are yours"),
        of(
            "<host identity='a'/>~<host identity='a'>192.0.2.1 2001:db8::1 a..b</host>",
            "line 2, <host>: it holds no name of a host",
            "line 3, <host>: '192.0.2.1' is an address; <network> is for addresses",
            "line 3, <host>: '2001:db8::1' is an address; <network> is for addresses",
            "line 3, <host>: 'a..b' is no name of a host"),
        of(
            "<users/><identity/>~<identity name='a' addresses='a@x, b, @c'/>",
            "line 2, <identity>: it has no attribute name",
            "line 3, <identity>, attribute addresses: '@c' is no mail address",
            "line 3, <identity>, attribute addresses: 'b' is no mail address"));
  }

  @ParameterizedTest
  @MethodSource({"names", "directories", "issuers", "clients"})
  void everythingThatIsWrongShouldBeToldWithItsLine(String xml, String... complaints)
      throws Exception {
    assertThat(IdentitiesXml.read(home, xml).problems())
        .map(text -> text.replace(home.toString(), "HOME"))
        .containsExactlyInAnyOrder(complaints)
        .noneMatch(text -> text.contains("s3cret"));
  }

  static Stream<Arguments> useless() {
    return Stream.of(
        of("<identity name='a' groups='g'/>", "line 1: it names no source, so nobody is known"),
        of(
            "<network identity='a'>192.0.2.0/24, 10.0.0.0/8</network>~"
                + "<network identity='b'>192.0.2.17, 10.1.*</network>~"
                + "<network identity='c'>192.0.2.18 203.0.113.1</network>~"
                + "<network identity='d'>2001:db8::/32</network>~"
                + "<network identity='e'>2001:db8::1</network>",
            "line 3, <network>: it never applies: the network of 'a' before it holds all of it",
            "line 4, <network>: 192.0.2.18/32 never counts: the network of 'a' before it holds all"
                + " of it",
            "line 6, <network>: it never applies: the network of 'd' before it holds all of it"),
        of(
            "<host identity='a'>x.example</host>~<host identity='b'>y.example X.example</host>",
            "line 3, <host>: x.example never counts: 'a' has it before"),
        of(
            "<certificate identity='a' fingerprint='"
                + FINGERPRINT
                + "'/>~<certificate identity='b' fingerprint='"
                + FINGERPRINT.toUpperCase(java.util.Locale.ROOT)
                + "' san='dns:x'/>~<certificate identity='c' authority='ca.pem'/>~"
                + "<certificate identity='{cn}' authority='ca.pem' san='dns:x'/>~"
                + "<certificate identity='d' san='dns:x'/>",
            "line 3, <certificate>: it never applies: the rule for 'a' before it takes all its"
                + " certificates",
            "line 5, <certificate>: it never applies: the rule for 'c' before it takes all its"
                + " certificates"),
        of(
            "<users/><identity name='a' groups='x'/>~<identity name='A' groups='y'/>~"
                + "<identity name='b'/>",
            "line 3, <identity>, attribute name: 'a' is named twice; both count",
            "line 4, <identity>: it adds nothing: it has neither groups nor addresses"));
  }

  @ParameterizedTest
  @MethodSource("useless")
  void whatCanNeverApplyShouldBeAWarning(String xml, String... warnings) throws Exception {
    IdentitiesXml read = IdentitiesXml.read(home, xml);
    assertThat(read.problems()).isEmpty();
    assertThat(read.warnings()).containsExactlyInAnyOrder(warnings);
  }

  @Test
  void secretsThatEverybodyCanReadAndUsersThatNobodyAsksShouldBeWarnedOf() throws Exception {
    String xml =
        "<identities>"
            + ldap("<user dn='uid={login}'/><bind dn='cn=x' passwordFile='open'/>")
            + "</identities>";
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf/users"), "posthouse-users 1\n");
    Path open = Files.writeString(home.resolve("open"), "s3cret\n");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(IdentitiesXml.read(home, xml).warnings())
        .containsExactlyInAnyOrder(
            "line 1: conf/users is there and is not asked: there is no <users/>",
            "line 2, <ldap><bind>, attribute passwordFile: "
                + open
                + " can be read by everybody: chmod 600 "
                + open);
  }
}
