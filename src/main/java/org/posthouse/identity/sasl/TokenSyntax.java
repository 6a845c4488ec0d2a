/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a token is written, and what is said of one that is not good. Repeated groups are possessive:
 * others are matched by recursion, and a line of AUTH holds enough pairs to overflow the stack.
 */
enum TokenSyntax {
  /** RFC 7628 section 3.1; channel bindings are for mechanisms that have a PLUS. */
  OAUTHBEARER {
    private static final Pattern MESSAGE =
        Pattern.compile(
            "[ny],(?:a=([^,\u0001\0]*))?,\u0001((?:[A-Za-z]+=[\t\r\n -~]*\u0001)*+)\u0001");

    @Override
    Optional<TokenResponse> parse(String message) {
      Matcher matcher = MESSAGE.matcher(message);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      Optional<String> user =
          matcher.group(1) == null ? Optional.of("") : ScramText.unescaped(matcher.group(1));
      return user.flatMap(name -> bearer(matcher.group(2)).map(t -> new TokenResponse(name, t)));
    }

    @Override
    String error(Discovery discovery) {
      Map<String, String> members = new LinkedHashMap<>();
      members.put("status", "invalid_token");
      members.put("scope", discovery.scope());
      members.put("openid-configuration", discovery.configuration());
      return json(members);
    }
  },
  /** Google's "XOAUTH2 Protocol". */
  XOAUTH2 {
    private static final Pattern MESSAGE =
        Pattern.compile("user=([^\u0001\0]*)\u0001((?:[A-Za-z]+=[\t\r\n -~]*\u0001)*+)\u0001");

    @Override
    Optional<TokenResponse> parse(String message) {
      Matcher matcher = MESSAGE.matcher(message);
      return matcher.matches()
          ? bearer(matcher.group(2)).map(token -> new TokenResponse(matcher.group(1), token))
          : Optional.empty();
    }

    @Override
    String error(Discovery discovery) {
      Map<String, String> members = new LinkedHashMap<>();
      members.put("status", "401");
      members.put("schemes", "bearer");
      members.put("scope", discovery.scope());
      return json(members);
    }
  };

  private static final Pattern BEARER =
      Pattern.compile("bearer +([A-Za-z0-9._~+/-]+=*)", Pattern.CASE_INSENSITIVE);

  /** Empty when the message is none. */
  abstract Optional<TokenResponse> parse(String message);

  abstract String error(Discovery discovery);

  /** The token of {@code auth=Bearer token} (RFC 6750 section 2.1) among pairs that end in ^A. */
  private static Optional<String> bearer(String pairs) {
    Optional<String> token = Optional.empty();
    for (String pair : pairs.split("\u0001", -1)) {
      if (pair.regionMatches(true, 0, "auth=", 0, 5)) {
        String value = pair.substring(5).strip();
        Matcher matcher = BEARER.matcher(value);
        if (token.isPresent() || (!value.isEmpty() && !matcher.matches())) {
          return Optional.empty();
        }
        token = Optional.of(value.isEmpty() ? "" : matcher.group(1));
      }
    }
    return token;
  }

  private static String json(Map<String, String> members) {
    return members.entrySet().stream()
        .filter(member -> !member.getValue().isEmpty())
        .map(member -> '"' + member.getKey() + "\":\"" + escaped(member.getValue()) + '"')
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** Administrators write these values. */
  private static String escaped(String value) {
    return value.replaceAll("\\p{Cntrl}", " ").replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
