/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import org.apache.mailet.Attribute;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.posthouse.returnpath.Returned.Reason;

/**
 * Sends mail to return paths that are none of ours to a processor, with the reason in {@code
 * delivery-error} (RFC 3463: 5.1.1, no such address).
 *
 * @param kind what the addresses are called
 */
record ReturnRefusal(String kind, ProcessingState processor) {
  void refuse(Mail mail, Reason reason) {
    String error = "5.1.1 (" + kind + " address " + text(reason) + ")";
    mail.setErrorMessage(error);
    mail.setAttribute(Attribute.convertToAttribute(LoopGuard.DELIVERY_ERROR, error));
    mail.setState(processor.getValue());
  }

  private static String text(Reason reason) {
    return switch (reason) {
      case MALFORMED -> "cannot be read";
      case FORGED -> "was not made here";
      case EXPIRED -> "expired";
    };
  }
}
