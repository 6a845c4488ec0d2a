/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import com.google.common.collect.ImmutableListMultimap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.Identity;
import org.posthouse.identity.Letters;

/** What the claims of a good token say of an identity. */
final class Claims {
  private static final int MOST_CHARACTERS = 255;
  private static final String EMAIL = "email";

  private final OidcSettings settings;

  Claims(OidcSettings settings) {
    this.settings = settings;
  }

  /**
   * Whose token it is.
   *
   * @param user whom the client wants to be, or empty: the identity, or one of its addresses
   */
  CheckResult result(Map<String, Object> claims, String user) {
    if (settings.scope() != null && !scopes(claims).contains(settings.scope())) {
      return CheckResult.REJECTED;
    }
    Optional<String> name =
        texts(claims, settings.login()).stream().findFirst().filter(Claims::isName);
    if (name.isEmpty()) {
      return CheckResult.REJECTED;
    }
    Identity identity = identity(name.get(), claims);
    String wanted = Letters.lower(user);
    boolean same =
        wanted.isEmpty() || wanted.equals(identity.name()) || identity.addresses().contains(wanted);
    return same ? CheckResult.accepted(identity, settings.name()) : CheckResult.REJECTED;
  }

  private Identity identity(String name, Map<String, Object> claims) {
    ImmutableListMultimap.Builder<String, String> kept = ImmutableListMultimap.builder();
    settings.attributes().forEach(claim -> kept.putAll(claim, texts(claims, claim)));
    Set<String> groups = new LinkedHashSet<>();
    settings.groups().forEach(claim -> groups.addAll(texts(claims, claim)));
    Set<String> addresses = new LinkedHashSet<>();
    settings
        .addresses()
        .forEach(
            claim ->
                texts(claims, claim).stream()
                    .filter(text -> text.indexOf('@') > 0)
                    .forEach(addresses::add));
    Identity named = Identity.named(name, settings.name());
    return new Identity(named.name(), named.source(), Set.of(), named.addresses(), kept.build())
        .with(groups, addresses);
  }

  /** RFC 9068 section 2.2.3 separates them by blanks; Entra calls the claim scp. */
  private static Set<String> scopes(Map<String, Object> claims) {
    Set<String> all = new LinkedHashSet<>();
    for (String claim : List.of("scope", "scp")) {
      texts(claims, claim).forEach(text -> all.addAll(List.of(text.split(" ", -1))));
    }
    return all;
  }

  /** The texts of a claim; with dots, of one inside others: {@code realm_access.roles}. */
  private static List<String> texts(Map<String, Object> claims, String claim) {
    if (claim.equals(EMAIL) && isFalse(claims.get("email_verified"))) {
      return List.of(); // whoever may write it himself could be anyone
    }
    Object value = claims.containsKey(claim) ? claims.get(claim) : inside(claims, claim);
    if (value instanceof Collection<?> several) {
      List<String> all = new ArrayList<>();
      for (Object each : several) {
        if (each instanceof String text && isText(text)) {
          all.add(text);
        }
      }
      return all;
    }
    return value instanceof String text && isText(text) ? List.of(text) : List.of();
  }

  private static boolean isFalse(@Nullable Object value) {
    return Boolean.FALSE.equals(value) || "false".equals(value);
  }

  private static @Nullable Object inside(Map<String, Object> claims, String path) {
    Object value = claims;
    for (String step : path.split("[.]", -1)) {
      value = value instanceof Map<?, ?> map ? map.get(step) : null;
    }
    return value;
  }

  private static boolean isText(String text) {
    return !text.isBlank() && text.chars().noneMatch(Character::isISOControl);
  }

  /** It goes into log lines and rules. */
  private static boolean isName(String text) {
    return text.length() <= MOST_CHARACTERS && text.codePoints().noneMatch(Character::isSpaceChar);
  }
}
