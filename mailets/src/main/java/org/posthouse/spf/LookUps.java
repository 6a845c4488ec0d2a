/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import java.util.function.LongSupplier;
import org.posthouse.dns.Answer;
import org.posthouse.dns.Answer.Status;
import org.posthouse.dns.Dns;
import org.xbill.DNS.Name;

/** What one check asks the DNS, and how much it still may (RFC 7208 section 4.6.4). */
final class LookUps {
  private static final int MOST_TERMS = 10;
  private static final int MOST_VOIDS = 2;

  private final Dns dns;
  private final LongSupplier nanoTime;
  private final long end;
  private int terms;
  private int voids;

  /** Asks for so many nanoseconds; a question under way then is waited for. */
  LookUps(Dns dns, LongSupplier nanoTime, long nanos) {
    this.dns = dns;
    this.nanoTime = nanoTime;
    this.end = nanoTime.getAsLong() + nanos;
  }

  /** Whether one more term may cause questions. */
  boolean mayEvaluate() {
    terms++;
    return terms <= MOST_TERMS;
  }

  boolean isLate() {
    return nanoTime.getAsLong() - end >= 0;
  }

  /**
   * Whether the absence that a term found is still within the limit of void look-ups. What was not
   * asked for is none.
   */
  boolean mayBeVoid(String name, Answer answer) {
    boolean isVoid =
        isName(name)
            && (answer.status() == Status.NO_SUCH_NAME || answer.status() == Status.NO_SUCH_RECORD);
    voids += isVoid ? 1 : 0;
    return voids <= MOST_VOIDS;
  }

  /**
   * Asks for the name that a domain-spec gave. One that is not ASCII is not in the DNS (RFC 8616
   * section 4).
   */
  Answer ask(String name, int type) {
    return isName(name)
        ? askEscaped(name.replace("\\", "\\\\"), type)
        : Answer.none(Status.NO_SUCH_NAME);
  }

  private static boolean isName(String name) {
    return Sender.hasLabels(name) && name.chars().allMatch(VisibleText::isVisible);
  }

  Answer ask(Name name, int type) {
    return askEscaped(name.toString(), type);
  }

  private Answer askEscaped(String name, int type) {
    return isLate() ? Answer.none(Status.TEMPORARY) : dns.ask(name, type);
  }
}
