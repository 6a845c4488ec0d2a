/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/**
 * Whether a host may use a domain in a MAIL FROM or HELO: the Sender Policy Framework (RFC 7208).
 */
@org.jspecify.annotations.NullMarked
package org.posthouse.spf;
