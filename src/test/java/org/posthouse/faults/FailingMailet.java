/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/** Fails on every mail, as a mailet with a bug does. */
public final class FailingMailet extends GenericMailet {
  @Override
  public void service(Mail mail) {
    throw new IllegalStateException("this mailet fails on purpose");
  }
}
