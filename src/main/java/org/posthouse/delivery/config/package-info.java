/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** What relay.xml says of routes, sources, destinations and retries, as immutable values. */
@org.jspecify.annotations.NullMarked
package org.posthouse.delivery.config;
