/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

/**
 * Where something happens: a site, as it is reached from a source.
 *
 * @param destination its name in relay.xml; empty when the site belongs to none
 * @param site the name of its first host
 * @param source the name of the source
 */
public record Place(String destination, String site, String source) {}
