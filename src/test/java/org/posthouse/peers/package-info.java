/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */

/**
 * Delivery to servers that are not ours: Postfix, Exim, smtp-sink with its faults, and a real name
 * server, in a network of the test's own. src/doc/TESTING.md says what each of them shows.
 */
@NullMarked
package org.posthouse.peers;

import org.jspecify.annotations.NullMarked;
