/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

/**
 * A mailbox of a header field (RFC 5322, section 3.4).
 *
 * @param name what is shown: the display name or the comment, decoded; may be empty
 * @param address the addr-spec as it is written, without comments
 */
public record Mailbox(String name, String address) {}
