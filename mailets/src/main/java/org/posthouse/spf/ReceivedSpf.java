/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.util.ArrayList;
import java.util.List;

/**
 * The Received-SPF header field (RFC 7208 section 9.1). What clients and policies said is in quoted
 * strings, of visible ASCII and bounded, so that it cannot end them, the field, or a line.
 */
public final class ReceivedSpf {
  /** The name of the field. */
  public static final String NAME = "Received-SPF";

  private static final int LONGEST_VALUE = 320;

  private ReceivedSpf() {}

  /**
   * The value of the field, one char per octet: folded by CRLF and a tab, no line end at its end.
   */
  public static String value(SpfRequest request, SpfResult result) {
    List<String> pairs = new ArrayList<>();
    pairs.add("client-ip=" + quoted(ClientAddress.of(request.client()).text()));
    pairs.add("envelope-from=" + quoted(Sender.inAscii(request.mailFrom())));
    pairs.add("helo=" + quoted(request.helo()));
    pairs.add("identity=" + identity(result));
    pairs.add("receiver=" + quoted(request.receiver()));
    if (!result.mechanism().isEmpty()) {
      pairs.add("mechanism=" + quoted(result.mechanism()));
    }
    if (!result.problem().isEmpty()) {
      pairs.add("problem=" + quoted(result.problem()));
    }
    return result.code().word() + "\r\n\t" + String.join(";\r\n\t", pairs);
  }

  private static String identity(SpfResult result) {
    return result.identity() == SpfResult.Identity.HELO ? "helo" : "mailfrom";
  }

  private static String quoted(String value) {
    String text = VisibleText.of(value, LONGEST_VALUE);
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
