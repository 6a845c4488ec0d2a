/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import org.apache.mailet.Mail;

/** Told where the processing of one spool item ends badly, so that what was staged can go back. */
public interface ProcessingBoundary {
  /** For containers without anything staged. */
  ProcessingBoundary NONE = (mail, cause) -> {};

  /**
   * Called once, on the processing thread, when an exception leaves the container.
   *
   * @param mail the mail that was handed in, as the failed chain left it
   */
  void failed(Mail mail, Throwable cause);
}
