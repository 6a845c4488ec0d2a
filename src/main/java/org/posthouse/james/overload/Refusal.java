/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.overload;

/**
 * The reply to a mail that is turned away for now.
 *
 * @param code of three digits
 * @param text with its enhanced status code
 */
public record Refusal(String code, String text) {}
