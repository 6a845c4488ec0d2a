/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spool;

import java.time.Instant;

/**
 * What is wrong with the store as a whole.
 *
 * @param reason for a person
 */
public record Trouble(String reason, Instant since) {}
