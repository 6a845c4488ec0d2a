/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.mailet.Mail;

/** What one thread needs to know while a mail and the copies split from it are processed. */
final class ProcessingFrame {
  /** Deeper than any chain means that processors hand a mail round in a circle. */
  private static final int DEEPEST = 100;

  private final RestartPoint start;
  private final List<Mail> copies = new ArrayList<>();
  private final Set<Mail> fallen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<String> path = new ArrayDeque<>();

  ProcessingFrame(Mail mail) throws MessagingException {
    this.start = RestartPoint.of(mail);
  }

  void enter(String state) throws MessagingException {
    if (path.size() >= DEEPEST) {
      List<String> last = new ArrayList<>(path).subList(path.size() - 6, path.size());
      throw new MessagingException("Processors hand the mail round in a circle: " + last);
    }
    path.addLast(state);
  }

  void leave() {
    path.removeLast();
  }

  /** Remembers a copy, to be disposed when all is done. */
  void copied(Mail copy) {
    copies.add(copy);
  }

  /**
   * Notes that a mail fell off the end of a processor.
   *
   * @throws MessagingException when it did so before: the error processor sends it there
   */
  void fellOff(Mail mail, String processor) throws MessagingException {
    if (!fallen.add(mail)) {
      throw new MessagingException(
          "The error processor led to '" + processor + "', whose end was reached again");
    }
  }

  void complete() {
    copies.forEach(LifecycleUtil::dispose);
    if (Mail.GHOST.equals(start.mail().getState())) {
      LifecycleUtil.dispose(start.mail());
    }
    start.forget();
  }

  void abandon() throws MessagingException {
    start.restore();
    copies.forEach(LifecycleUtil::dispose);
  }
}
