/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import org.apache.james.queue.api.MailQueue;

/** The queue has no room left for new mail: the sender should try again later (RFC 3463, X.3.1). */
public class QueueFullException extends MailQueue.MailQueueException {
  private static final long serialVersionUID = 1L;

  public QueueFullException(String message) {
    super(message);
  }
}
