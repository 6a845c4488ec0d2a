/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class StrangersTurnsTest {
  @Test
  void aTurnThatWasGivenBackShouldBeFree() {
    Semaphore turns = AuthParts.of(null, (delay, then) -> {}, Runnable::run, 4).turns();
    assertThat(turns.tryAcquire()).isTrue();
    assertThat(turns.tryAcquire()).isTrue();
    assertThat(turns.tryAcquire()).isFalse();
    assertThat(turns.tryAcquire()).isFalse();
    turns.release();
    assertThat(turns.tryAcquire()).isTrue();
    assertThat(turns.tryAcquire()).isFalse();
  }
}
