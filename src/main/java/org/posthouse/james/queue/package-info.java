/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** James' mail queue interfaces over our queues: durable, and exactly once inside. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.queue;
