/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

/**
 * Where a client may get a token that is good here (RFC 7628 section 3.2.2).
 *
 * @param scope that the token must have; empty when nobody has said
 * @param configuration URL of the provider's document; empty when nobody has said
 */
public record Discovery(String scope, String configuration) {
  public static final Discovery NONE = new Discovery("", "");
}
