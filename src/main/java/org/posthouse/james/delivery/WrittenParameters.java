/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import static java.util.stream.Collectors.joining;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
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
import org.posthouse.routing.MxResolver;
import org.posthouse.routing.NextHop.Smarthost;

/** The parameters of one RemoteDelivery, and which of them are written at all. */
public final class WrittenParameters extends RemoteDeliveryConfiguration {
  private static final int SMTP = 25;
  private static final int IDENTITY_DIGITS = 8;
  private static final Duration NO_LIMIT = Duration.ofDays(1);

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
      return name.equals(MAX_RETRIES) ? "1" : config.getInitParameter(name);
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

  /** A property of JavaMail, of the protocol that stock would speak. */
  Optional<String> javaMail(JavaMailProperty property) {
    return text(property.element(isSSLEnable()));
  }

  Optional<Boolean> javaMailTruth(JavaMailProperty property) {
    return javaMail(property).map(Boolean::parseBoolean);
  }

  Optional<Boolean> truth(String name) {
    return text(name).map(Boolean::parseBoolean);
  }

  /** The name to give in EHLO, where one is written. */
  Optional<String> heloName() {
    return javaMail(JavaMailProperty.LOCALHOST).or(() -> text(HELO_NAME));
  }

  /** The local address, where one is written. */
  Optional<InetAddress> bind() {
    return javaMail(JavaMailProperty.LOCALADDRESS).or(() -> text(BIND)).map(MxResolver::address);
  }

  /** How long a connection may take, where that is written; in either spelling. */
  Optional<Duration> connectionTimeout() {
    return javaMail(JavaMailProperty.CONNECTION_TIMEOUT)
        .or(() -> text(CONNECTIONTIMEOUT))
        .or(() -> text("connectionTimeout"))
        .map(WrittenParameters::limit);
  }

  /** How long an answer may take, where that is written. */
  Optional<Duration> timeout() {
    return javaMail(JavaMailProperty.TIMEOUT).or(() -> text(TIMEOUT)).map(WrittenParameters::limit);
  }

  /** How long a block of a mail may take, where that is written. */
  Optional<Duration> writeTimeout() {
    return javaMail(JavaMailProperty.WRITE_TIMEOUT).map(WrittenParameters::limit);
  }

  /** Milliseconds, of which stock takes none at all for no limit. */
  private static Duration limit(String text) {
    Duration written = Duration.ofMillis(Long.parseLong(text));
    return written.isZero() ? NO_LIMIT : written;
  }

  /** Whether those who are accepted get a mail, where that is written. */
  Optional<Boolean> sendsPartially() {
    return javaMailTruth(JavaMailProperty.SEND_PARTIAL).or(() -> truth(SENDPARTIAL));
  }

  /** What the relay calls itself where nothing says so: the default domain. */
  String defaultName() {
    return getHeloNameProvider().getHeloName();
  }

  List<Smarthost> gateways() {
    int port = text(GATEWAY_PORT).map(Integer::parseInt).orElse(SMTP);
    return GatewayHosts.read(text(GATEWAY).orElse(""), port);
  }

  /** The same for the same parameters, after a restart too. */
  String identity() {
    TreeMap<String, String> sorted = new TreeMap<>();
    Iterator<String> names = config.getInitParameterNames();
    while (names.hasNext()) {
      String name = names.next();
      sorted.put(name, config.getInitParameter(name));
    }
    String gateways = gateways().stream().map(Smarthost::toString).collect(joining(","));
    return DeliveryIdentity.of(gateways.isEmpty() ? "mx" : gateways, digest(sorted.toString()));
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
