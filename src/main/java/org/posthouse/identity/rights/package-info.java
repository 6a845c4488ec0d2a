/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/**
 * Who may send what: the rules of senders.xml, and what they decide of a client's sender,
 * recipients, size, extensions and header. Immutable values; nothing is looked up, nothing waits.
 */
@org.jspecify.annotations.NullMarked
package org.posthouse.identity.rights;
