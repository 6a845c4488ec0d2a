/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.List;

/** A mailet that cannot tell whether it can work before all mailets are there. */
public interface LateCheck {
  /** Why it cannot, each in a sentence; the server does not start then. Empty when it can. */
  List<String> problems();
}
