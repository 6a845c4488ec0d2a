/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import org.apache.james.queue.api.MailQueue.MailQueueException;

/** The store has no room for new mail: answered with 452 4.3.1 (RFC 5321 4.2.2). */
public class QueueFullException extends MailQueueException {
  private static final long serialVersionUID = 1;

  public QueueFullException(String message) {
    super(message);
  }
}
