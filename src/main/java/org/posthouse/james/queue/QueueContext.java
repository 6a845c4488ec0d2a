/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import java.time.Clock;
import org.posthouse.queue.Queues;

/**
 * What the items of one queue need.
 *
 * @param queues of the store
 * @param mails to and from entries
 * @param work that is in hand
 * @param events for the log
 * @param doubts which mail a host may have without a stored outcome
 * @param clock for due times
 * @param isSpool whether the queue feeds the processors; any other one feeds a delivery
 */
record QueueContext(
    Queues queues,
    Mails mails,
    WorkInHand work,
    MailEvents events,
    Doubts doubts,
    Clock clock,
    boolean isSpool) {}
