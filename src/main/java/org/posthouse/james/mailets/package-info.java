/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Mailets that need the relay's own queues. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.mailets;
