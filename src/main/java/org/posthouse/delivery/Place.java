/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

/**
 * Where something happens: a site, as it is reached from a source.
 *
 * @param site the name of its first host
 * @param source the name of the source
 */
public record Place(String site, String source) {}
