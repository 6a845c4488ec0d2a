/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/**
 * What SPF, DKIM, DMARC and ARC together say of a message, and how the header tells it (RFC 8601).
 */
@org.jspecify.annotations.NullMarked
package org.posthouse.authentication;
