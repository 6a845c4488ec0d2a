/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/**
 * Whether a mail will pass DMARC when it arrives, told before it leaves: by where it leaves from,
 * who signs it, and what the DNS publishes of both.
 */
@org.jspecify.annotations.NullMarked
package org.posthouse.alignment;
