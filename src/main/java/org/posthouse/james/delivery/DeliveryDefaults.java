/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.util.List;
import org.posthouse.delivery.RetrySchedule;
import org.posthouse.delivery.SiteSettings;

/** What relay.xml says where a RemoteDelivery of mailetcontainer.xml says nothing. */
public interface DeliveryDefaults {
  /**
   * How a site is treated.
   *
   * @param domain of the recipients
   * @param hosts names of the site's hosts
   */
  SiteSettings settings(String domain, List<String> hosts);

  /** When mail for it is tried again. */
  RetrySchedule retry(String domain);

  /** Whether permanent failures are put off too, while an operator finds his feet. */
  boolean softBounce();
}
