/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.transport.mailets.remote.delivery.RemoteDeliveryConfiguration;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.MailetContext;
import org.posthouse.james.queue.DeliveryIdentity;
import org.posthouse.routing.NextHop.Smarthost;

/** The parameters of one RemoteDelivery, and which of them are written at all. */
public final class WrittenParameters extends RemoteDeliveryConfiguration {
  private static final int SMTP = 25;
  private static final int IDENTITY_DIGITS = 8;

  private final MailetConfig config;

  public WrittenParameters(MailetConfig config, DomainList domains) {
    super(quiet(config), domains);
    this.config = config;
  }

  /** Stock warns of the retries that it counts where none are written, and relay.xml counts. */
  private static MailetConfig quiet(MailetConfig config) {
    boolean isWritten =
        config.getInitParameter(MAX_RETRIES) != null || config.getInitParameter(DELAY_TIME) != null;
    return isWritten ? config : new WithoutRetries(config);
  }

  private record WithoutRetries(MailetConfig config) implements MailetConfig {
    @Override
    public String getInitParameter(String name) {
      return name.equals(MAX_RETRIES) ? "0" : config.getInitParameter(name);
    }

    @Override
    public Iterator<String> getInitParameterNames() {
      return config.getInitParameterNames();
    }

    @Override
    public MailetContext getMailetContext() {
      return config.getMailetContext();
    }

    @Override
    public String getMailetName() {
      return config.getMailetName();
    }
  }

  boolean has(String name) {
    return config.getInitParameter(name) != null;
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(config.getInitParameter(name));
  }

  /** A JavaMail property of either protocol, by its name without that. */
  Optional<String> javaMail(String name) {
    return text("mail.smtp." + name).or(() -> text("mail.smtps." + name));
  }

  /** Milliseconds. */
  Optional<Duration> millis(String name) {
    return text(name).map(Long::parseLong).map(Duration::ofMillis);
  }

  /** What the relay calls itself where relay.xml does not say. */
  String name() {
    return javaMail("localhost").orElseGet(() -> getHeloNameProvider().getHeloName());
  }

  List<Smarthost> gateways() {
    List<Smarthost> gateways = new ArrayList<>();
    for (String gateway : getGatewayServer()) {
      int colon = gateway.lastIndexOf(':');
      gateways.add(
          colon < 0
              ? new Smarthost(gateway, SMTP)
              : new Smarthost(
                  gateway.substring(0, colon), Integer.parseInt(gateway.substring(colon + 1))));
    }
    return gateways;
  }

  /** The same for the same parameters, after a restart too. */
  String identity() {
    TreeMap<String, String> sorted = new TreeMap<>();
    Iterator<String> names = config.getInitParameterNames();
    while (names.hasNext()) {
      String name = names.next();
      sorted.put(name, config.getInitParameter(name));
    }
    String way = getGatewayServer().isEmpty() ? "mx" : String.join(",", getGatewayServer());
    return DeliveryIdentity.of(way, digest(sorted.toString()));
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, IDENTITY_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-256", e);
    }
  }
}
