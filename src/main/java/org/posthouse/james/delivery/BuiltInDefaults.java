/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.time.Duration;
import java.util.List;
import org.posthouse.delivery.RetrySchedule;
import org.posthouse.delivery.SiteSettings;
import org.posthouse.delivery.Source;
import org.posthouse.smtp.Timeouts;
import org.posthouse.smtp.TlsLevel;

/** What counts where nothing is configured. */
public final class BuiltInDefaults implements DeliveryDefaults {
  @Override
  public SiteSettings settings(String domain, List<String> hosts) {
    return new SiteSettings(
        new Source("default", "", null, null),
        TlsLevel.MAY,
        false,
        null,
        Timeouts.DEFAULT,
        SiteSettings.Family.IPV6_FIRST,
        20,
        100,
        100,
        null,
        Duration.ofSeconds(5));
  }

  @Override
  public RetrySchedule retry(String domain) {
    return RetrySchedule.DEFAULT;
  }

  @Override
  public boolean softBounce() {
    return false;
  }
}
