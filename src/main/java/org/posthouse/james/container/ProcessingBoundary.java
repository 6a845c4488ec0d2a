/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import javax.mail.MessagingException;
import org.apache.mailet.Mail;

/**
 * Stands around the processing of one mail, so that what it staged can commit or go back as one.
 */
public interface ProcessingBoundary {
  /** For containers without anything staged. */
  ProcessingBoundary NONE = (mail, processing) -> processing.run();

  /** The way of a mail through the processors. */
  @FunctionalInterface
  interface Processing {
    void run() throws MessagingException;
  }

  /**
   * Runs the processing on this thread and passes on what it throws.
   *
   * @param mail the mail that was handed in
   */
  void around(Mail mail, Processing processing) throws MessagingException;
}
