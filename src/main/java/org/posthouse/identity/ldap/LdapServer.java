/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import java.util.Locale;

/**
 * Where a directory answers.
 *
 * @param tls what protects the password
 */
public record LdapServer(String host, int port, Tls tls) {
  /** When TLS begins. */
  public enum Tls {
    /** With the first octet: {@code ldaps}. */
    IMPLICIT,
    /** By StartTLS (RFC 4511 section 4.14), or there is no connection. */
    START,
    /** Never. */
    CLEAR
  }

  /**
   * Reads {@code ldap://host:389} or {@code ldaps://host:636}.
   *
   * @param clear whether ldap goes without StartTLS
   * @throws IllegalArgumentException when the text is no such URL; the message says why
   */
  public static LdapServer parse(String text, boolean clear) {
    LDAPURL url;
    try {
      url = new LDAPURL(text);
    } catch (LDAPException e) {
      throw new IllegalArgumentException(bad(text), e);
    }
    String scheme = url.getScheme().toLowerCase(Locale.ROOT);
    boolean bare = text.matches("(?i)ldaps?://[^/?#@]+/?");
    if (!url.hostProvided() || !bare || !(scheme.equals("ldap") || scheme.equals("ldaps"))) {
      throw new IllegalArgumentException(bad(text));
    }
    Tls tls = scheme.equals("ldaps") ? Tls.IMPLICIT : clear ? Tls.CLEAR : Tls.START;
    return new LdapServer(url.getHost(), url.getPort(), tls);
  }

  private static String bad(String text) {
    return "'" + text + "' is no server; write ldaps://host or ldap://host, and a port if needed";
  }

  @Override
  public String toString() {
    return (tls == Tls.IMPLICIT ? "ldaps://" : "ldap://") + host + ":" + port;
  }
}
