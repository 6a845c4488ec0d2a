/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.mail.MessagingException;
import org.posthouse.authentication.Authentication;
import org.posthouse.authentication.AuthenticationResults;
import org.posthouse.authentication.AuthservId;
import org.posthouse.authentication.Method;
import org.posthouse.dns.Dns;
import org.posthouse.message.HeaderField;

/**
 * What the parameters of CheckAuthentication say.
 *
 * @param authservId as it is written
 * @param ids whose fields are removed
 * @param removesAll whether those of all others are too
 * @param helo the name in HELO where none is known; empty for none
 */
record AuthenticationParameters(
    Authentication authentication,
    String authservId,
    List<AuthservId> ids,
    boolean removesAll,
    boolean receivedSpf,
    String helo) {
  static final Set<String> KNOWN =
      Set.of(
          "authservId",
          "alsoRemove",
          "spf",
          "dkim",
          "dmarc",
          "arc",
          "receivedSpf",
          "helo",
          "timeoutSeconds");

  private static final Pattern NAME = Pattern.compile("[\\w.-]{1,253}");
  private static final String EVERYBODY = "*";
  private static final int TIMEOUT = 20;

  /** Reads them, and refuses what is wrong with a sentence that says what is right. */
  static AuthenticationParameters read(Parameters parameters, Dns dns, Clock clock)
      throws MessagingException {
    String id =
        parameters.optional("authservId").isPresent() ? parameters.name("authservId") : hostName();
    String others = parameters.optional("alsoRemove").orElse("");
    Duration timeout = Duration.ofSeconds(parameters.positive("timeoutSeconds", TIMEOUT));
    return new AuthenticationParameters(
        new Authentication(dns, clock, timeout, methods(parameters), id),
        id,
        ids(parameters, id, others.equals(EVERYBODY) ? "" : others),
        others.equals(EVERYBODY),
        parameters.flag("receivedSpf", false),
        parameters.optional("helo").orElse(""));
  }

  /** Whether a field that came with a message goes. */
  boolean removes(HeaderField field) {
    return removesAll
        ? field.is(AuthenticationResults.NAME)
        : ids.stream().anyMatch(id -> id.isClaimedBy(field));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static List<AuthservId> ids(Parameters parameters, String own, String others)
      throws MessagingException {
    List<AuthservId> ids = new ArrayList<>(List.of(new AuthservId(own)));
    for (String other : Arrays.asList(others.split("[,\\s]+", -1))) {
      if (!other.isEmpty() && !NAME.matcher(other).matches()) {
        throw parameters.refusal("alsoRemove", "has names, or * alone, not '" + other + "'");
      }
      if (!other.isEmpty()) {
        ids.add(new AuthservId(other));
      }
    }
    return List.copyOf(ids);
  }

  private static Set<Method> methods(Parameters parameters) throws MessagingException {
    Set<Method> methods = EnumSet.noneOf(Method.class);
    for (Method method : Method.values()) {
      if (parameters.flag(method.name().toLowerCase(Locale.ROOT), true)) {
        methods.add(method);
      }
    }
    if (methods.contains(Method.DMARC)
        && !methods.contains(Method.SPF)
        && !methods.contains(Method.DKIM)) {
      throw parameters.refusal("dmarc", "builds on <spf> and <dkim>: one of them must be true");
    }
    return methods;
  }
}
