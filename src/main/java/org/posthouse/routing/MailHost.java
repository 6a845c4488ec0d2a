/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A host that takes the mail of a domain.
 *
 * @param name in lower case, an A-label where it is international, without the last dot
 * @param preference less is better
 * @param literal the address that the name is, of an address literal (RFC 5321, section 4.1.3);
 *     null when it has to be looked up
 */
public record MailHost(String name, int preference, @Nullable InetAddress literal) {}
