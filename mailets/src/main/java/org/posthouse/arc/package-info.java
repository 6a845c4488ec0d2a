/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/**
 * The Authenticated Received Chain (RFC 8617): what those who handed a message on say of its
 * authentication, checked and added to.
 */
@org.jspecify.annotations.NullMarked
package org.posthouse.arc;
