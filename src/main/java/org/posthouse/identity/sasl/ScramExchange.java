/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.FileFailure;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.Credential;
import org.posthouse.identity.HmacSha256;
import org.posthouse.identity.LoginName;
import org.posthouse.identity.ScramUser;
import org.posthouse.identity.ScramUsers;
import org.posthouse.identity.ScramVerifier;

/**
 * SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677).
 *
 * <p>A client that finds nobody of its name goes all the way, with a decoy's salt, to the end of
 * one whose password is wrong. What is wrong with anything else is told by the RFC's words.
 */
final class ScramExchange implements SaslExchange {
  private static final Pattern FINAL =
      Pattern.compile("c=([^,\0]+),r=([^,\0]+)((?:,[A-Za-z]=[^,\0]+)*),p=([^,\0]+)");
  private static final int PROOF_OCTETS = 32;

  /** What a server offers beside the mechanism that the client has chosen. */
  enum Binding {
    /** The mechanism is the PLUS. */
    REQUIRED,
    /** The PLUS was offered, and the client chose the other. */
    OFFERED,
    NONE
  }

  private final ScramUsers users;
  private final Binding binding;
  private final byte[] bound;
  private final Supplier<String> nonces;
  private @Nullable ScramFirst first;
  private @Nullable ScramUser user;
  private String nonce = "";
  private String serverFirst = "";
  private @Nullable Credential opened;

  /**
   * Begins nothing yet.
   *
   * @param bound the channel's data; empty unless required
   * @param nonces gives what the server adds to the client's nonce
   */
  ScramExchange(ScramUsers users, Binding binding, byte[] bound, Supplier<String> nonces) {
    this.users = users;
    this.binding = binding;
    this.bound = bound;
    this.nonces = nonces;
  }

  @Override
  public Step begin(Optional<String> initial) {
    return initial.isPresent() ? next(initial.get()) : Step.Challenge.EMPTY;
  }

  @Override
  public Step next(String response) {
    if (user != null && opened != null) {
      // The client has what proves the server, and has nothing to add.
      return response.isEmpty()
          ? new Step.Success(users.accepted(user, opened))
          : Step.Failure.MALFORMED;
    }
    return first == null ? first(response) : last(first, response);
  }

  private Step first(String message) {
    ScramFirst.Parsed parsed = ScramFirst.parse(message);
    if (parsed.message().isEmpty()) {
      return parsed.failure();
    }
    ScramFirst sent = parsed.message().get();
    first = sent;
    Optional<Step> refusal = refusal(sent);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    try {
      ScramUser found = users.find(sent.user());
      user = found;
      nonce = sent.nonce() + nonces.get();
      ScramVerifier parameters = found.parameters();
      serverFirst =
          "r="
              + nonce
              + ",s="
              + ScramText.base64(parameters.salt())
              + ",i="
              + parameters.iterations();
      return new Step.Challenge(serverFirst);
    } catch (IOException e) {
      return Step.Failure.unavailable(FileFailure.text(e));
    }
  }

  /** RFC 5802 section 6. */
  private Optional<Step> refusal(ScramFirst sent) {
    if (sent.flag() == 'p') {
      if (binding != Binding.REQUIRED) {
        return Optional.of(Step.Failure.MALFORMED);
      }
      if (!sent.binding().equals(ChannelBinding.TYPE)) {
        return Optional.of(Step.Failure.refused("unsupported-channel-binding-type"));
      }
    } else if (binding == Binding.REQUIRED) {
      return Optional.of(Step.Failure.MALFORMED);
    } else if (sent.flag() == 'y' && binding == Binding.OFFERED) {
      // Somebody in between has taken the PLUS from what the client was offered.
      return Optional.of(Step.Failure.refused("server-does-support-channel-binding"));
    }
    boolean asOther =
        !sent.authorization().isEmpty() && !LoginName.areSame(sent.authorization(), sent.user());
    return asOther ? Optional.of(Step.Failure.NOT_AS_OTHER) : Optional.empty();
  }

  private Step last(ScramFirst sent, String message) {
    Matcher matcher = FINAL.matcher(message);
    if (user == null || message.length() > ScramFirst.LONGEST || !matcher.matches()) {
      return Step.Failure.MALFORMED;
    }
    if (matcher.group(3).startsWith(",m=")) {
      return Step.Failure.refused("extensions-not-supported");
    }
    byte[] proof = ScramText.octets(matcher.group(4));
    byte[] channel = ScramText.octets(matcher.group(1));
    if (proof == null || proof.length != PROOF_OCTETS || channel == null) {
      return Step.Failure.refused("invalid-encoding");
    }
    if (!MessageDigest.isEqual(channel, expectedChannel(sent))) {
      return Step.Failure.refused("channel-bindings-dont-match");
    }
    if (!MessageDigest.isEqual(matcher.group(2).getBytes(UTF_8), nonce.getBytes(UTF_8))) {
      return Step.Failure.refused("other-error");
    }
    String withoutProof = message.substring(0, message.lastIndexOf(",p="));
    String authMessage = sent.bare() + "," + serverFirst + "," + withoutProof;
    return verify(user, authMessage.getBytes(UTF_8), proof);
  }

  private byte[] expectedChannel(ScramFirst sent) {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    expected.writeBytes(sent.header().getBytes(UTF_8));
    expected.writeBytes(bound);
    return expected.toByteArray();
  }

  /** Looks at each credential, whichever it is. */
  private Step verify(ScramUser known, byte[] authMessage, byte[] proof) {
    Credential match = match(known.credentials(), authMessage, proof);
    Credential old = match(known.expired(), authMessage, proof);
    if (match == null || known.identity() == null) {
      return old == null
          ? Step.Failure.REJECTED
          : Step.Failure.rejected(CheckResult.expired(old.name()));
    }
    opened = match;
    byte[] signature = HmacSha256.of(match.verifier().serverKey(), authMessage);
    return new Step.Challenge("v=" + ScramText.base64(signature));
  }

  private static @Nullable Credential match(
      List<Credential> credentials, byte[] authMessage, byte[] proof) {
    Credential match = null;
    for (Credential each : credentials) {
      if (each.verifier().matches(authMessage, proof)) {
        match = each;
      }
    }
    return match;
  }

  @Override
  public Optional<String> login() {
    return Optional.ofNullable(first).map(ScramFirst::user);
  }
}
