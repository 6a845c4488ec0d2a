/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.mailet.DsnParameters.Notify;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;

/** What is wanted to be heard of recipients that have become one (RFC 3461). */
public final class ReportWishes {
  private ReportWishes() {}

  /**
   * What any of them asks for: a report that is wanted must be sent (RFC 3461, section 4.1). The
   * original recipient is that of the first who has one.
   *
   * @param all of each recipient; empty for one of whom nothing was said
   */
  public static Optional<RecipientDsnParameters> united(
      List<Optional<RecipientDsnParameters>> all) {
    boolean isSaid = all.stream().anyMatch(each -> notify(each).isPresent());
    return RecipientDsnParameters.of(
        isSaid ? Optional.of(union(all)) : Optional.empty(),
        all.stream()
            .flatMap(each -> each.flatMap(RecipientDsnParameters::getOrcptParameter).stream())
            .findFirst());
  }

  private static EnumSet<Notify> union(List<Optional<RecipientDsnParameters>> all) {
    EnumSet<Notify> union = EnumSet.noneOf(Notify.class);
    for (Optional<RecipientDsnParameters> each : all) {
      // Of whom nothing is said failures and delays are told.
      union.addAll(notify(each).orElse(EnumSet.of(Notify.FAILURE, Notify.DELAY)));
    }
    if (union.size() > 1) {
      union.remove(Notify.NEVER);
    }
    return union;
  }

  private static Optional<EnumSet<Notify>> notify(Optional<RecipientDsnParameters> said) {
    return said.flatMap(RecipientDsnParameters::getNotifyParameter);
  }
}
