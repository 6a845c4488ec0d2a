/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.posthouse.smtp.SessionSettings;
import org.posthouse.smtp.Timeouts;
import org.posthouse.smtp.TlsLevel;

/**
 * How the relay treats one site.
 *
 * @param source where connections come from, and the name they give
 * @param tls how far sessions must be protected
 * @param implicitTls whether TLS begins with the first octet (RFC 8314)
 * @param login whom the relay is there; null to send without
 * @param timeouts how long a host may take
 * @param family which addresses of a host are tried first
 * @param limits how much it gets at a time
 */
public record SiteSettings(
    Source source,
    TlsLevel tls,
    boolean implicitTls,
    SessionSettings.@Nullable Login login,
    Timeouts timeouts,
    Family family,
    Limits limits) {
  /** Which addresses come first. */
  public enum Family {
    /** IPv6, as RFC 8305 has it. */
    IPV6_FIRST,
    IPV4_FIRST,
    IPV6_ONLY,
    IPV4_ONLY;

    /** Those of the addresses that may be tried, the better ones first. */
    List<InetAddress> ordered(List<InetAddress> addresses) {
      boolean v4First = this == IPV4_FIRST || this == IPV4_ONLY;
      return addresses.stream()
          .filter(address -> this != IPV6_ONLY || !isV4(address))
          .filter(address -> this != IPV4_ONLY || isV4(address))
          .sorted(Comparator.comparing(address -> isV4(address) != v4First))
          .toList();
    }

    private static boolean isV4(InetAddress address) {
      return address instanceof Inet4Address;
    }
  }

  /** The same for a host that the login is not meant for. */
  public SiteSettings withoutLogin() {
    return with(tls, null);
  }

  /** The same, as well protected at least as the hosts that it stands in for. */
  public SiteSettings atLeast(TlsLevel demanded) {
    return with(tls.atLeast(demanded), login);
  }

  private SiteSettings with(TlsLevel level, SessionSettings.@Nullable Login other) {
    return new SiteSettings(source, level, implicitTls, other, timeouts, family, limits);
  }
}
