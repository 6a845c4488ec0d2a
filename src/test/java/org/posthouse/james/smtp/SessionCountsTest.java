/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SessionCountsTest {
  private final AtomicLong now = new AtomicLong();
  private final List<EmbeddedChannel> displaced = new ArrayList<>();

  private @Nullable String enter(SessionCounts counts, String client, boolean known) {
    return take(counts, client, known, channel());
  }

  private @Nullable String take(
      SessionCounts counts, String client, boolean known, EmbeddedChannel channel) {
    return take(counts, client, known ? Standing.KNOWN : Standing.STRANGER, channel);
  }

  private @Nullable String take(
      SessionCounts counts, String client, Standing standing, EmbeddedChannel channel) {
    InetAddress address = InetAddresses.forString(client);
    return new Seat(List.of(counts), address, standing, channel, now::get).take();
  }

  private EmbeddedChannel channel() {
    return new EmbeddedChannel(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void userEventTriggered(ChannelHandlerContext context, Object event) {
            assertThat(event).isEqualTo(Misconduct.DISPLACED);
            displaced.add((EmbeddedChannel) context.channel());
          }
        });
  }

  private static SessionCounts counts(int all) {
    return new SessionCounts(new SessionCounts.Bounds(all, 0, 0));
  }

  @Test
  void strangersShouldLeaveATenthToThoseWithRights() {
    SessionCounts counts = counts(20);
    for (int i = 0; i < 17; i++) {
      assertThat(enter(counts, "10." + i + ".0.1", false)).isNull();
    }
    EmbeddedChannel last = channel();
    assertThat(take(counts, "10.17.0.1", false, last)).isNull();
    assertThat(enter(counts, "10.18.0.1", false)).as("each has one").isEqualTo("sessions");
    assertThat(enter(counts, "10.18.0.1", true)).isNull();
    assertThat(enter(counts, "10.19.0.1", true)).isNull();
    assertThat(last.close().isDone()).isTrue();
    assertThat(enter(counts, "10.20.0.1", false)).as("19 remain").isEqualTo("sessions");
    assertThat(enter(counts, "10.20.0.1", true)).isNull();
    assertThat(displaced).isEmpty();
  }

  @Test
  void whoHasFewShouldTakeThePlaceOfWhoHasMany() {
    SessionCounts counts = counts(10);
    EmbeddedChannel oldest = channel();
    EmbeddedChannel second = channel();
    assertThat(take(counts, "10.0.0.1", false, oldest)).isNull();
    assertThat(take(counts, "10.0.0.2", false, second)).isNull();
    for (int i = 3; i < 10; i++) {
      assertThat(enter(counts, "10.0.0." + i, false)).isNull();
    }
    assertThat(enter(counts, "10.0.0.10", false)).as("its own").isEqualTo("sessions");
    assertThat(enter(counts, "10.1.0.1", false)).isNull();
    run(oldest);
    assertThat(displaced).containsExactly(oldest);
    Seat.of(second).progressed();
    assertThat(enter(counts, "10.1.0.2", false)).isNull();
    run(second);
    assertThat(displaced).as("it has brought a mail").containsExactly(oldest);
    for (int i = 3; i <= 4; i++) {
      assertThat(enter(counts, "10.1.0." + i, false)).isNull();
    }
    assertThat(enter(counts, "10.1.0.5", false)).as("five and four").isEqualTo("sessions");
  }

  @Test
  void whoIsKnownShouldKeepHisSeatAndTakeAny() {
    SessionCounts counts = counts(10);
    for (int i = 0; i < 9; i++) {
      EmbeddedChannel channel = channel();
      assertThat(take(counts, "10.0.0." + i, false, channel)).isNull();
      if (i < 8) {
        Seat.of(channel).keep(); // it has logged in
      }
    }
    assertThat(enter(counts, "10.1.0.1", false)).isEqualTo("sessions");
    assertThat(enter(counts, "10.1.0.1", true)).isNull();
    assertThat(enter(counts, "10.1.0.2", true)).as("of the last stranger").isNull();
    assertThat(enter(counts, "10.1.0.3", true)).isEqualTo("sessions");
  }

  @Test
  void boundOfANetworkShouldBeToldBeforeThatOfAll() {
    SessionCounts counts = new SessionCounts(new SessionCounts.Bounds(3, 1, 2));
    assertThat(enter(counts, "10.0.0.1", false)).isNull();
    assertThat(enter(counts, "10.0.0.1", false)).isEqualTo("sessions from your address");
    assertThat(enter(counts, "10.0.0.2", false)).isNull();
    assertThat(enter(counts, "10.0.0.3", false)).isEqualTo("sessions from your network");
  }

  @Test
  void whereNobodyHasManyTheLongestIdleShouldGo() {
    SessionCounts counts = counts(3);
    EmbeddedChannel first = channel();
    assertThat(take(counts, "192.0.2.1", false, first)).isNull();
    now.addAndGet(Duration.ofSeconds(5).toNanos());
    assertThat(enter(counts, "198.51.100.1", false)).isNull();
    assertThat(enter(counts, "203.0.113.1", false)).isNull();
    now.addAndGet(Duration.ofMillis(4_900).toNanos());
    assertThat(enter(counts, "192.0.3.1", false)).isEqualTo("sessions");
    now.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(enter(counts, "192.0.3.1", false)).isNull();
    run(first);
    assertThat(displaced).containsExactly(first);
    assertThat(enter(counts, "192.0.4.1", false)).isEqualTo("sessions");
  }

  @Test
  void whoIsAtHomeShouldNotSufferFromHisNeighbours() {
    SessionCounts counts = new SessionCounts(new SessionCounts.Bounds(100, 2, 3));
    for (int i = 1; i <= 3; i++) {
      assertThat(enter(counts, "192.0.2." + i, i == 1)).isNull();
    }
    assertThat(enter(counts, "192.0.2.9", true)).isEqualTo("sessions from your network");
    for (int i = 0; i < 2; i++) {
      assertThat(atHome(counts)).isNull();
    }
    assertThat(atHome(counts)).isEqualTo("sessions from your address");
  }

  private @Nullable String atHome(SessionCounts counts) {
    return take(counts, "192.0.2.8", Standing.AT_HOME, channel());
  }

  private static void run(EmbeddedChannel channel) {
    channel.runPendingTasks();
  }
}
