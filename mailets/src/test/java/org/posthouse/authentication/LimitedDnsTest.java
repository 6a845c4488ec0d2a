/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.posthouse.dns.Answer.Status;
import org.posthouse.dns.ScriptedDns;
import org.xbill.DNS.Type;

class LimitedDnsTest {
  private final ScriptedDns dns = ScriptedDns.of("a.example A 192.0.2.1", "b.example A 192.0.2.2");
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final LimitedDns limited = new LimitedDns(dns, Duration.ofNanos(10), now::get);

  @Test
  void whatIsKnownShouldNotBeAskedAgain() {
    assertThat(limited.ask("a.example", Type.A).status()).isEqualTo(Status.FOUND);
    assertThat(limited.ask("A.Example", Type.A).status()).isEqualTo(Status.FOUND);
    assertThat(limited.ask("a.example", Type.MX).status()).isEqualTo(Status.NO_SUCH_RECORD);
    assertThat(dns.questions()).containsExactly("a.example. A", "a.example. MX");
  }

  @Test
  void nothingShouldBeAskedWhenTheTimeIsOver() {
    limited.ask("a.example", Type.A);
    now.addAndGet(9);
    assertThat(limited.ask("b.example", Type.MX).status()).isEqualTo(Status.NO_SUCH_RECORD);
    now.addAndGet(1);
    assertThat(limited.ask("b.example", Type.A).status()).isEqualTo(Status.TEMPORARY);
    assertThat(limited.ask("a.example", Type.A).status()).isEqualTo(Status.FOUND);
    assertThat(dns.questions()).containsExactly("a.example. A", "b.example. MX");
  }
}
