/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Envelope senders that bounces come back to: SRS and VERP. Knows nothing of James. */
@org.jspecify.annotations.NullMarked
package org.posthouse.returnpath;
