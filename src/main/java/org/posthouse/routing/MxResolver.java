/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.DomainName;
import org.xbill.DNS.Address;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * Finds the hosts of a domain (RFC 5321, section 5.1), and their addresses. Futures never complete
 * with an exception.
 */
public final class MxResolver {
  private static final int IMPLICIT = 0;

  private final NameLookUps names;
  private final Ourselves ourselves;
  private final Random shuffle;

  /**
   * Asks these names.
   *
   * @param ourselves a host that is no next hop
   * @param shuffle orders hosts of one preference
   */
  public MxResolver(NameLookUps names, Ourselves ourselves, Random shuffle) {
    this.names = names;
    this.ourselves = ourselves;
    this.shuffle = shuffle;
  }

  /** The hosts of a domain, which may be an address literal or have U-labels. */
  public CompletableFuture<MailHosts> hosts(String domain) {
    if (domain.startsWith("[")) {
      return CompletableFuture.completedFuture(literal(domain));
    }
    if (Address.toByteArray(domain, Address.IPv4) != null) { // as James has it, without brackets
      return CompletableFuture.completedFuture(literal("[" + domain + "]"));
    }
    Name name = name(domain);
    if (name == null) {
      return CompletableFuture.completedFuture(
          MailHosts.none(5, 1, 2, "'" + domain + "' is no name of a domain"));
    }
    return names.exchangers(name).thenApply(found -> hosts(name, found));
  }

  /** The addresses of a host, those of IPv6 first; which to try first is the caller's choice. */
  public CompletableFuture<LookUp<InetAddress>> addresses(MailHost host) {
    if (host.literal() != null) {
      return CompletableFuture.completedFuture(LookUp.of(List.of(host.literal())));
    }
    Name name = name(host.name());
    return name == null
        ? CompletableFuture.completedFuture(
            LookUp.none(LookUp.Verdict.NO_SUCH_NAME, "'" + host.name() + "' is no name of a host"))
        : names.addresses(name);
  }

  /** Whether a connection to an address would come to the relay itself. */
  public boolean isOurDoor(InetSocketAddress address) {
    return ourselves.isDoor(address);
  }

  /** The address that a text is, of either family; null when it is none. */
  public static @Nullable InetAddress address(String text) {
    byte[] octets = Address.toByteArray(text, Address.IPv4);
    try {
      byte[] either = octets == null ? Address.toByteArray(text, Address.IPv6) : octets;
      return either == null ? null : InetAddress.getByAddress(either);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of that many octets", e);
    }
  }

  /** Null when it is none. */
  private static @Nullable Name name(String domain) {
    try {
      String ascii = DomainName.ascii(domain);
      return ascii.isEmpty() ? null : Name.fromString(ascii, Name.root);
    } catch (IllegalArgumentException | TextParseException e) {
      return null;
    }
  }

  private static MailHosts literal(String domain) {
    String text = domain.endsWith("]") ? domain.substring(1, domain.length() - 1) : "";
    boolean v6 = text.regionMatches(true, 0, "IPv6:", 0, 5);
    byte[] address =
        v6
            ? Address.toByteArray(text.substring(5), Address.IPv6)
            : Address.toByteArray(text, Address.IPv4);
    try {
      if (address != null) {
        InetAddress literal = InetAddress.getByAddress(address);
        return MailHosts.of(List.of(new MailHost(domain, IMPLICIT, literal)));
      }
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of that many octets", e);
    }
    return MailHosts.none(5, 1, 2, domain + " is no address literal");
  }

  private MailHosts hosts(Name domain, LookUp<MXRecord> found) {
    String name = plain(domain);
    return switch (found.verdict()) {
      case FOUND -> hosts(name, found.found());
      // RFC 5321: the domain itself, if it has an address; that is known when it is looked up.
      case NO_DATA ->
          ourselves.isName(name)
              ? loop(name)
              : MailHosts.of(List.of(new MailHost(name, IMPLICIT, null)));
      case NO_SUCH_NAME -> MailHosts.none(5, 1, 2, found.text());
      case SERVER_FAILURE, TIMEOUT -> MailHosts.none(4, 4, 3, found.text());
    };
  }

  private MailHosts hosts(String domain, List<MXRecord> records) {
    if (records.size() == 1 && records.get(0).getTarget().equals(Name.root)) {
      return MailHosts.none(5, 1, 10, domain + " takes no mail (null MX)");
    }
    List<MailHost> hosts = new ArrayList<>();
    for (MXRecord record : records) {
      if (!record.getTarget().equals(Name.root)) { // RFC 7505, section 3: no sense beside others
        hosts.add(new MailHost(plain(record.getTarget()), record.getPriority(), null));
      }
    }
    Collections.shuffle(hosts, shuffle);
    hosts.sort(Comparator.comparingInt(MailHost::preference));
    List<MailHost> better = betterThanOurs(hosts);
    return better.isEmpty() ? loop(domain) : MailHosts.of(better);
  }

  /** Whoever is no better than the relay itself may send the mail back to it. */
  private List<MailHost> betterThanOurs(List<MailHost> sorted) {
    Optional<MailHost> ours =
        sorted.stream().filter(host -> ourselves.isName(host.name())).findFirst();
    return ours.isEmpty()
        ? sorted
        : sorted.stream().takeWhile(host -> host.preference() < ours.get().preference()).toList();
  }

  private static MailHosts loop(String domain) {
    return MailHosts.none(5, 4, 6, "mail for " + domain + " comes back to this relay");
  }

  private static String plain(Name name) {
    return name.toString(true).toLowerCase(Locale.ROOT);
  }
}
