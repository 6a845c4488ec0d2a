/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james;

import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.queue.api.MailQueueFactory;
import org.posthouse.alignment.Outlet;
import org.posthouse.delivery.Source;
import org.posthouse.dns.SystemDns;
import org.posthouse.james.container.LateCheck;
import org.posthouse.james.delivery.Deliveries;
import org.posthouse.mailets.AlignmentForecast;
import org.posthouse.mailets.KeyTables;

/**
 * Says beforehand whether SPF (RFC 7208) and DKIM (RFC 6376) will give a mail a pass of DMARC (RFC
 * 9989), and marks, holds or refuses a mail that will fail, with the record to publish.
 *
 * <p>The outlook stands in the attribute {@code org.posthouse.alignment}: {@code pass}, {@code
 * none} where the domain of From has no policy, {@code unknown} where the DNS gives no answer now,
 * or {@code fail}; why, and what to publish, in {@code org.posthouse.alignment.reason}. Only mail
 * that will fail is held or refused. Place it behind DkimSign, last before RemoteDelivery.
 *
 * <pre>{@code
 * <mailet match="All" class="CheckAlignment">
 *   <source>192.0.2.1, 2001:db8::1</source>
 *   <helo>relay.example.com</helo>
 *   <spf>true</spf>
 *   <signing>done</signing>
 *   <keyTable>dkim.xml</keyTable>
 *   <requireDmarc>false</requireDmarc>
 *   <action>hold</action>
 *   <header>X-Alignment</header>
 *   <failProcessor>error</failProcessor>
 *   <holdFor>15 min</holdFor>
 *   <holdAtMost>1 d</holdAtMost>
 *   <timeoutSeconds>10</timeoutSeconds>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code source}: the addresses that receivers see, separated by commas: the public ones
 *       behind NAT, those of a smarthost. Default: the local addresses of all deliveries, {@code
 *       bind} or the sources of relay.xml; where the system chooses one, or mail goes to a
 *       smarthost, the start asks for this parameter. Mail passes where it passes from all of them
 *   <li>{@code helo}: what the relay, or the smarthost, calls itself in EHLO, which SPF checks for
 *       mail without a sender; default: that of the delivery
 *   <li>{@code spf}: {@code false} when only DKIM is to count; default {@code true}
 *   <li>{@code signing}: {@code done}, the default: the signatures of the message count, checked by
 *       the keys of the DNS. {@code later}: the keys of {@code keyTable} will sign it, and count
 *       where the DNS publishes them
 *   <li>{@code keyTable}: the table of DkimSign, as there; with {@code done} it only tells the
 *       record of a key that is missing
 *   <li>{@code requireDmarc}: whether mail fails whose domain has no policy; default {@code false}
 *   <li>{@code action}: {@code mark}, the default: nothing more; {@code hold}: the mail waits;
 *       {@code refuse}: it goes to {@code failProcessor}
 *   <li>{@code header}: a header field for the outlook of all mail; default: none
 *   <li>{@code failProcessor}: where mail goes that is refused, or was held for too long, with
 *       5.7.26 (RFC 7372) in {@code delivery-error}; default {@code error}
 *   <li>{@code holdFor}: how long mail waits; it then enters the processor that it is in from the
 *       top. Default {@code 15 min}
 *   <li>{@code holdAtMost}: how long it waits in all; default {@code 1 d}
 *   <li>{@code timeoutSeconds}: for all questions to the DNS together; a question under way may
 *       take five seconds more. Default 10
 * </ul>
 */
public final class CheckAlignment extends AlignmentForecast implements LateCheck {
  private static final String REMEDY =
      ": write the addresses that receivers see as <source>, or <spf>false</spf> when only DKIM is"
          + " to count";

  private final Deliveries deliveries;

  @Inject
  public CheckAlignment(
      FileSystem fileSystem,
      SystemDns dns,
      MailQueueFactory<?> queues,
      KeyTables tables,
      Deliveries deliveries) {
    super(fileSystem, dns, queues, tables, Clock.systemUTC());
    this.deliveries = deliveries;
  }

  @Override
  public List<String> problems() {
    if (!asksForOutlets()) {
      return List.of();
    }
    List<String> problems = new ArrayList<>();
    deliveries.smarthosts().stream()
        .limit(1)
        .forEach(to -> problems.add("mail may leave by the smarthost " + to.host() + REMEDY));
    if (problems.isEmpty() && deliveries.sources().isEmpty()) {
      problems.add("there is no RemoteDelivery that says where mail leaves from" + REMEDY);
    }
    if (problems.isEmpty() && deliveries.sources().stream().anyMatch(CheckAlignment::isOpen)) {
      problems.add(
          "the system chooses the address that mail leaves from"
              + REMEDY
              + "; <bind> of RemoteDelivery and <sources> of relay.xml choose one");
    }
    return problems;
  }

  private static boolean isOpen(Source source) {
    return source.v4() == null && source.v6() == null;
  }

  @Override
  protected List<Outlet> outlets(List<InetAddress> written) {
    List<Source> sources = deliveries.sources();
    if (written.isEmpty()) {
      return sources.stream().flatMap(CheckAlignment::outlets).toList();
    }
    String helo = sources.stream().findFirst().map(Source::heloName).orElse("");
    return written.stream().map(address -> new Outlet(address, helo)).toList();
  }

  private static Stream<Outlet> outlets(Source source) {
    return Stream.of(source.v4(), source.v6())
        .filter(Objects::nonNull)
        .map(address -> new Outlet(address, source.heloName()));
  }
}
