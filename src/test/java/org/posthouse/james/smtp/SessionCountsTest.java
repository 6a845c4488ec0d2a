/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class SessionCountsTest {
  private static InetAddress client(int number) {
    return InetAddresses.forString("10." + number + ".0.1");
  }

  @Test
  void strangersShouldLeaveATenthToThoseWithRights() {
    SessionCounts counts = new SessionCounts(new SessionCounts.Bounds(20, 0, 0));
    for (int i = 0; i < 18; i++) {
      assertThat(counts.enter(client(i), false)).isNull();
    }
    assertThat(counts.enter(client(18), false)).isEqualTo("sessions");
    assertThat(counts.enter(client(18), true)).isNull();
    assertThat(counts.enter(client(19), true)).isNull();
    assertThat(counts.enter(client(20), true)).isEqualTo("sessions");
    counts.leave(client(1));
    assertThat(counts.enter(client(20), false)).as("one has left, 19 remain").isEqualTo("sessions");
    assertThat(counts.enter(client(20), true)).isNull();
  }
}
