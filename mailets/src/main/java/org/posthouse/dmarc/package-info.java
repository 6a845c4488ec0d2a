/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/**
 * DMARC (RFC 9989): what the domain in From publishes, found by walking up the DNS, and whether
 * what SPF and DKIM vouch for belongs to it.
 */
@org.jspecify.annotations.NullMarked
package org.posthouse.dmarc;
