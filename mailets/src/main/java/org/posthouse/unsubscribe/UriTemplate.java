/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.unsubscribe;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** A URI with {@code {token}} in the place of the token. */
public final class UriTemplate {
  /** What a token takes the place of. */
  public static final String VARIABLE = "{token}";

  /**
   * RFC 3986 section 2, without the comma that separates URIs in the field (RFC 2369 section 2).
   */
  private static final String PUNCTUATION = "-._~:/?#[]@!$&'()*+;=%";

  private final String text;

  private UriTemplate(String text) {
    this.text = text;
  }

  /**
   * The link of one click.
   *
   * @throws IllegalArgumentException when it is no https URI with a host and one token, which is
   *     not behind a #
   */
  public static UriTemplate https(String text) {
    URI uri = uri(text, "https");
    String host = uri.getHost();
    if (host == null || host.isEmpty() || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("an https URI has a host and no login");
    }
    if (uri.getRawFragment() != null) {
      throw new IllegalArgumentException("what is behind a # does not reach the server");
    }
    if (!text.contains(VARIABLE)) {
      throw new IllegalArgumentException(VARIABLE + " stands in it once");
    }
    return new UriTemplate(text);
  }

  /**
   * The address for programs that know no link.
   *
   * @throws IllegalArgumentException when it is no mailto URI
   */
  public static UriTemplate mailto(String text) {
    uri(text, "mailto");
    return new UriTemplate(text);
  }

  /** The URI of a token. */
  public String expand(String token) {
    return text.replace(VARIABLE, token);
  }

  private static URI uri(String text, String scheme) {
    if (text.indexOf(VARIABLE) != text.lastIndexOf(VARIABLE)) {
      throw new IllegalArgumentException(VARIABLE + " stands in it once");
    }
    String sample = text.replace(VARIABLE, "1.a-b_c.d");
    if (!sample.toLowerCase(Locale.ROOT).startsWith(scheme + ":")) {
      throw new IllegalArgumentException("it begins with " + scheme + ":");
    }
    if (!sample.chars().allMatch(UriTemplate::isAllowed)) {
      throw new IllegalArgumentException("commas, blanks and the like are written as %2C, %20");
    }
    try {
      return new URI(sample);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static boolean isAllowed(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || PUNCTUATION.indexOf(c) >= 0;
  }
}
