/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.codahale.metrics.MetricRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.posthouse.delivery.Attempt;
import org.posthouse.delivery.DeliveryListener;
import org.posthouse.delivery.Place;
import org.posthouse.queue.Recipient;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.TlsSession;

/**
 * Counts what delivery does, in all and for each destination and source. A destination of relay.xml
 * goes by its name, others by the name of their first host; beyond {@value #MOST_PLACES} of them
 * the rest is counted as one, since strangers choose how many there are.
 */
final class DeliveryMetrics implements DeliveryListener {
  private static final int MOST_PLACES = 100;
  private static final String ALL = "delivery.";
  private static final String OTHERS = "others";

  private final MetricRegistry registry;
  private final Map<Place, String> names = new ConcurrentHashMap<>();

  DeliveryMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  /** What the metrics of a place begin with, without a dot at the end. */
  String name(Place place) {
    boolean isNamed = !place.destination().isEmpty();
    Place one = isNamed ? new Place(place.destination(), "", place.source()) : place;
    String known = names.get(one);
    if (known != null) {
      return known;
    }
    String site = names.size() < MOST_PLACES ? place.site() : OTHERS;
    String name = ALL + word(isNamed ? place.destination() : site) + "." + word(place.source());
    if (isNamed || names.size() < MOST_PLACES) {
      names.put(one, name);
    }
    return name;
  }

  /** Dots part the names of metrics. */
  private static String word(String text) {
    return text.replace('.', '_');
  }

  private void count(Place place, String what) {
    registry.counter(ALL + what).inc();
    registry.counter(name(place) + "." + what).inc();
  }

  private void time(Place place, String what, Duration took) {
    registry.timer(ALL + what).update(took);
    registry.timer(name(place) + "." + what).update(took);
  }

  @Override
  public void refused(Place place, String host, Answer answer) {
    count(place, "connectionsRefused");
  }

  @Override
  public void connected(Place place, String host, @Nullable TlsSession tls, Duration took) {
    count(place, tls == null ? "connectionsInClear" : "connectionsEncrypted");
    if (tls != null && tls.isVerified()) {
      count(place, "connectionsVerified");
    }
    time(place, "connect", took);
  }

  @Override
  public void backsOff(Place place, Answer answer, Duration rest) {
    count(place, "backOffs");
  }

  @Override
  public void sending(Place place, String mail, String host, boolean reused) {
    count(place, reused ? "transactionsOnKeptConnections" : "transactionsOnNewConnections");
  }

  @Override
  public void answered(Place place, String mail, Attempt.Outcome outcome) {
    count(
        place,
        switch (outcome.ruling().disposition()) {
          case DELIVERED -> "recipientsAccepted";
          case DEFERRED -> "recipientsPutOff";
          case BOUNCED -> "recipientsRefused";
        });
  }

  @Override
  public void sent(Place place, String mail, Duration took) {
    time(place, "transaction", took);
  }

  @Override
  public void ambiguous(Place place, String mail) {
    count(place, "possibleDuplicates");
  }

  @Override
  public void settled(String mail, Recipient record) {
    registry
        .counter(
            ALL
                + switch (record.state()) {
                  case DELIVERED -> "delivered";
                  case QUEUED -> "deferred";
                  case BOUNCED -> "bounced";
                  case EXPIRED -> "expired";
                  case HELD -> "held";
                  case CONVERTED -> "converted";
                })
        .inc();
  }
}
