/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** The URIs of rua= and ruf= (RFC 9989 section 4.6). */
final class ReportUris {
  private static final int MOST = 20;
  private static final int LONGEST = 1000;

  private ReportUris() {}

  /** Those that can be read, up to twenty, each without the size that RFC 7489 let follow it. */
  static List<String> parse(String value) {
    List<String> uris = new ArrayList<>();
    StringTokenizer words = new StringTokenizer(value, ", \t");
    while (words.hasMoreTokens() && uris.size() < MOST) {
      String uri = withoutSize(words.nextToken());
      if (isUri(uri)) {
        uris.add(uri);
      }
    }
    return uris;
  }

  private static String withoutSize(String word) {
    int mark = word.indexOf('!');
    return mark < 0 ? word : word.substring(0, mark);
  }

  private static boolean isUri(String text) {
    if (text.length() > LONGEST || text.chars().anyMatch(c -> c >= 0x7F)) {
      return false;
    }
    try {
      URI uri = new URI(text);
      return uri.isAbsolute()
          && (!"mailto".equalsIgnoreCase(uri.getScheme()) || text.indexOf('@') > 0);
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
