/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** An address of HTTP to which a secret may go: under TLS, or on this machine. */
public final class ProtectedAddress {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private ProtectedAddress() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when the text is none; the message says why
   */
  public static URI parse(String text) {
    URI address;
    try {
      address = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is no address of HTTP", e);
    }
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    String host = address.getHost();
    if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new IllegalArgumentException("'" + text + "' is no address of HTTP");
    }
    if (address.getUserInfo() != null || address.getFragment() != null) {
      throw new IllegalArgumentException("'" + text + "' holds a user or a fragment");
    }
    if (scheme.equals("http") && !LOOPBACK.contains(host.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "'" + text + "' is not protected; write https, except for this machine itself");
    }
    return address;
  }
}
