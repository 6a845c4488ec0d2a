/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/**
 * The mechanisms of SASL (RFC 4422) on the server's side, as machines that take a client's
 * responses and tell what comes next: they wait for nothing, read no file and know no protocol
 * around them.
 */
@org.jspecify.annotations.NullMarked
package org.posthouse.identity.sasl;
