/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthouse.delivery.Place;
import org.posthouse.delivery.SiteState;
import org.posthouse.delivery.Wait;
import org.posthouse.queue.Recipient;

class DeliveryMetricsTest {
  private final MetricRegistry registry = new MetricRegistry();
  private final DeliveryMetrics metrics = new DeliveryMetrics(registry);

  private long count(String name) {
    return registry.counter(name).getCount();
  }

  @Test
  void stepsShouldBeCountedInAllAndForTheDestination() {
    Place google = new Place("google", "mx1.google.com", "bulk");
    metrics.connected(google, "mx1.google.com[192.0.2.1]:25", null, Duration.ofMillis(3));
    metrics.sending(google, "1", "mx1.google.com[192.0.2.1]:25", false);
    metrics.sending(google, "2", "mx1.google.com[192.0.2.1]:25", true);
    metrics.sent(new Place("", "mx.example.net", "default"), "3", Duration.ofMillis(5));
    assertThat(count("delivery.connectionsInClear")).isEqualTo(1);
    assertThat(count("delivery.google.bulk.transactionsOnKeptConnections")).isEqualTo(1);
    assertThat(registry.timer("delivery.transaction").getCount()).isEqualTo(1);
    assertThat(registry.timer("delivery.mx_example_net.default.transaction").getCount())
        .isEqualTo(1);
  }

  @Test
  void outcomesShouldBeCountedOnceTheyAreStored() {
    Recipient recipient = Recipient.queued("a@example.net", 0, 0, "", null);
    metrics.settled("1", recipient.ended(Recipient.State.DELIVERED, 1, null));
    metrics.settled("2", recipient.deferred(1, 2, "450 Not now"));
    assertThat(count("delivery.delivered")).isEqualTo(1);
    assertThat(count("delivery.deferred")).isEqualTo(1);
  }

  @Test
  void namesThatStrangersChooseShouldBeBounded() {
    for (int i = 0; i < 1000; i++) {
      metrics.ambiguous(new Place("", "mx" + i + ".example.net", "default"), "1");
    }
    assertThat(registry.getCounters()).hasSizeLessThan(110);
    assertThat(count("delivery.others.default.possibleDuplicates")).isEqualTo(900);
  }

  @Test
  void sitesOfADestinationShouldBeCountedAsOne() {
    for (int i = 0; i < 1000; i++) {
      metrics.ambiguous(new Place("tenants", "mx" + i + ".example.net", "default"), "1");
    }
    metrics.ambiguous(new Place("", "mx.example.com", "default"), "1");
    assertThat(count("delivery.tenants.default.possibleDuplicates")).isEqualTo(1000);
    assertThat(count("delivery.mx_example_com.default.possibleDuplicates")).isEqualTo(1);
  }

  @Test
  void sitesShouldBeSeenAsTheyAre() {
    Place place = new Place("google", "mx1.google.com", "bulk");
    Wait next = new Wait(Wait.Reason.WINDOW, 0, "mx1.google.com");
    SiteState site = new SiteState(place, List.of("mx1.google.com"), 7, 2, 3, 4, 1500, next);
    DeliveryGauges unused = new DeliveryGauges(registry, metrics, () -> List.of(site, site));
    assertThat(registry.getGauges().get("delivery.waiting").getValue()).isEqualTo(14L);
    assertThat(registry.getGauges().get("delivery.google.bulk.window").getValue()).isEqualTo(8L);
    assertThat(registry.getGauges().get("delivery.oldestMillis").getValue()).isEqualTo(1500L);
  }
}
