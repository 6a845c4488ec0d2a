/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

/**
 * Why a signature or a key is not even tried.
 *
 * @param status what to report
 * @param reason a few words for the log and for Authentication-Results
 */
public record Refusal(DkimStatus status, String reason) {}
