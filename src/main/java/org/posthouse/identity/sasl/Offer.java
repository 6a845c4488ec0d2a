/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.Identity;
import org.posthouse.identity.ScramUsers;

/**
 * The mechanisms that one client may use on one connection.
 *
 * @param passwords whether PLAIN and LOGIN are understood
 * @param scram null where SCRAM is not
 * @param binding of the connection; null where none can be made
 * @param tokens whether OAUTHBEARER and XOAUTH2 are understood
 * @param certificate whose certificate the client has shown; null for nobody's
 */
public record Offer(
    boolean passwords,
    @Nullable ScramUsers scram,
    @Nullable ChannelBinding binding,
    boolean tokens,
    Discovery discovery,
    @Nullable Identity certificate) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_OCTETS = 18;

  /** In the order in which a client should try them. */
  public List<Mechanism> mechanisms() {
    return Arrays.stream(Mechanism.values()).filter(this::includes).toList();
  }

  private boolean includes(Mechanism mechanism) {
    return switch (mechanism) {
      case SCRAM_SHA_256_PLUS -> scram != null && binding != null;
      case SCRAM_SHA_256 -> scram != null;
      case EXTERNAL -> certificate != null;
      case OAUTHBEARER, XOAUTH2 -> tokens;
      case PLAIN, LOGIN -> passwords;
    };
  }

  /** A new exchange; empty for a mechanism that is not offered. */
  public Optional<SaslExchange> exchange(Mechanism mechanism) {
    return includes(mechanism) ? Optional.of(begin(mechanism)) : Optional.empty();
  }

  private SaslExchange begin(Mechanism mechanism) {
    return switch (mechanism) {
      case SCRAM_SHA_256_PLUS ->
          scram(ScramExchange.Binding.REQUIRED, Objects.requireNonNull(binding).data());
      case SCRAM_SHA_256 ->
          scram(
              binding == null ? ScramExchange.Binding.NONE : ScramExchange.Binding.OFFERED,
              new byte[0]);
      case EXTERNAL -> new ExternalExchange(Objects.requireNonNull(certificate));
      case OAUTHBEARER -> new TokenExchange(TokenSyntax.OAUTHBEARER, discovery);
      case XOAUTH2 -> new TokenExchange(TokenSyntax.XOAUTH2, discovery);
      case PLAIN -> new PlainExchange();
      case LOGIN -> new LoginExchange();
    };
  }

  private ScramExchange scram(ScramExchange.Binding kind, byte[] bound) {
    return new ScramExchange(Objects.requireNonNull(scram), kind, bound, Offer::nonce);
  }

  private static String nonce() {
    byte[] octets = new byte[NONCE_OCTETS];
    RANDOM.nextBytes(octets);
    return ScramText.base64(octets);
  }
}
