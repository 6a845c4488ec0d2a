/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import javax.mail.MessagingException;

/** What is wrong with the value of one parameter of a mailet. */
final class ParameterRefusal extends MessagingException {
  private static final long serialVersionUID = 1L;

  private final String parameter;

  /**
   * @param complaint names the mailet and the parameter
   */
  ParameterRefusal(String parameter, String complaint) {
    super(complaint);
    this.parameter = parameter;
  }

  String parameter() {
    return parameter;
  }
}
