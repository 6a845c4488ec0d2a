/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** When a mail is due: queues over the spool, in order of priority and due time. */
@org.jspecify.annotations.NullMarked
package org.posthouse.queue;
