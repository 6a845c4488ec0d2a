/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/**
 * DKIM signatures (RFC 6376, RFC 8301, RFC 8463), made and verified over octets. A body is read
 * once for all signatures of a message, in constant memory.
 */
@org.jspecify.annotations.NullMarked
package org.posthouse.dkim;
