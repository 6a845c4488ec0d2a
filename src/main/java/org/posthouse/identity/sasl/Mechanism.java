/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import java.util.Arrays;
import java.util.Optional;

/** The mechanisms that there are here, the strongest first. */
public enum Mechanism {
  /** RFC 7677 with channel binding (RFC 5802 section 6). */
  SCRAM_SHA_256_PLUS("SCRAM-SHA-256-PLUS", Guess.OF_PASSWORD),
  /** RFC 7677. */
  SCRAM_SHA_256("SCRAM-SHA-256", Guess.OF_PASSWORD),
  /** RFC 4422, appendix A. */
  EXTERNAL("EXTERNAL", Guess.NONE),
  /** RFC 7628. */
  OAUTHBEARER("OAUTHBEARER", Guess.OF_TOKEN),
  /** Google's, before there was RFC 7628. */
  XOAUTH2("XOAUTH2", Guess.OF_TOKEN),
  /** RFC 4616. */
  PLAIN("PLAIN", Guess.OF_PASSWORD),
  /** A draft that expired (draft-murchison-sasl-login), but everywhere. */
  LOGIN("LOGIN", Guess.OF_PASSWORD);

  /** What a client that is rejected may have guessed at. */
  public enum Guess {
    /** A password, which belongs to one login. */
    OF_PASSWORD,
    /** A token, which says itself whose it is. */
    OF_TOKEN,
    NONE
  }

  private final String registeredName;
  private final Guess guess;

  Mechanism(String registeredName, Guess guess) {
    this.registeredName = registeredName;
    this.guess = guess;
  }

  /** As IANA's registry and EHLO have it. */
  public String registeredName() {
    return registeredName;
  }

  public Guess guess() {
    return guess;
  }

  /** The mechanism of that name, in any case. */
  public static Optional<Mechanism> of(String name) {
    return Arrays.stream(values())
        .filter(each -> each.registeredName.equalsIgnoreCase(name))
        .findFirst();
  }
}
