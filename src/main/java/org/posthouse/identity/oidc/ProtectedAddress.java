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
    URI address = ofHttp(text);
    if (!isProtected(address)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not protected; write https, except for this machine itself");
    }
    return address;
  }

  /**
   * Reads an address of HTTP, protected or not.
   *
   * @throws IllegalArgumentException when the text is none; the message says why
   */
  public static URI ofHttp(String text) {
    URI address;
    try {
      address = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is no address of HTTP", e);
    }
    String scheme = scheme(address);
    if (address.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new IllegalArgumentException("'" + text + "' is no address of HTTP");
    }
    if (address.getUserInfo() != null || address.getFragment() != null) {
      throw new IllegalArgumentException("'" + text + "' holds a user or a fragment");
    }
    return address;
  }

  /** Whether nobody on the way can read what goes there. */
  public static boolean isProtected(URI address) {
    return scheme(address).equals("https")
        || LOOPBACK.contains(String.valueOf(address.getHost()).toLowerCase(Locale.ROOT));
  }

  private static String scheme(URI address) {
    return String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
  }
}
