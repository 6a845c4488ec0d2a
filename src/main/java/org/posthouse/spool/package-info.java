/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Durable storage: one store, one commit, crash recovery, the format on disk. */
@org.jspecify.annotations.NullMarked
package org.posthouse.spool;
