/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Where mail goes: from a domain to the hosts that take its mail. */
@org.jspecify.annotations.NullMarked
package org.posthouse.routing;
