/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.net.InetAddress;
import java.util.Optional;
import org.posthouse.identity.Identity;

/**
 * Who hands mail over.
 *
 * @param identity empty when nobody knows the client
 * @param client its address
 */
public record Submitter(Optional<Identity> identity, InetAddress client) {}
