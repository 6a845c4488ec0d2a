/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** James' mail queues over the spool. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.queue;
