/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The client's first message (RFC 5802 section 7).
 *
 * @param header the gs2-header, with both commas
 * @param flag {@code n}, {@code y} or {@code p}
 * @param binding the type that follows {@code p=}; else empty
 * @param authorization without escapes; empty when there is none
 * @param bare the message without its header
 */
record ScramFirst(
    String header,
    char flag,
    String binding,
    String authorization,
    String bare,
    String user,
    String nonce) {
  /** Characters; names have 255 at most, and nonces some 30. */
  static final int LONGEST = 4_096;

  private static final Pattern HEADER =
      Pattern.compile("((n|y|p=([A-Za-z0-9.-]{1,64})),(?:a=([^,\0]+))?,)(.*)", Pattern.DOTALL);
  private static final Pattern BARE =
      Pattern.compile("n=([^,\0]+),r=([!-+\\--~]{1,1024})(?:,[A-Za-z]=[^,\0]+)*");

  /** A message, or what is wrong with it. */
  record Parsed(Optional<ScramFirst> message, Step failure) {
    private static Parsed wrong(Step failure) {
      return new Parsed(Optional.empty(), failure);
    }
  }

  static Parsed parse(String text) {
    Matcher header = HEADER.matcher(text);
    if (text.length() > LONGEST || !header.matches()) {
      return Parsed.wrong(Step.Failure.MALFORMED);
    }
    String bare = header.group(5);
    if (bare.startsWith("m=")) {
      return Parsed.wrong(Step.Failure.refused("extensions-not-supported"));
    }
    Matcher matcher = BARE.matcher(bare);
    if (!matcher.matches()) {
      return Parsed.wrong(Step.Failure.MALFORMED);
    }
    Optional<String> user = ScramText.unescaped(matcher.group(1));
    Optional<String> authorization =
        header.group(4) == null ? Optional.of("") : ScramText.unescaped(header.group(4));
    if (user.isEmpty() || authorization.isEmpty()) {
      return Parsed.wrong(Step.Failure.refused("invalid-username-encoding"));
    }
    String binding = header.group(3) == null ? "" : header.group(3);
    return new Parsed(
        Optional.of(
            new ScramFirst(
                header.group(1),
                header.group(2).charAt(0),
                binding,
                authorization.get(),
                bare,
                user.get(),
                matcher.group(2))),
        Step.Failure.MALFORMED);
  }
}
