/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StrangersTurnsTest {
  @Test
  void aTurnThatWasGivenBackShouldBeFree() {
    StrangersTurns turns = new StrangersTurns(2);
    assertThat(turns.begin()).isTrue();
    assertThat(turns.begin()).isTrue();
    assertThat(turns.begin()).isFalse();
    assertThat(turns.begin()).isFalse();
    turns.end();
    assertThat(turns.begin()).isTrue();
    assertThat(turns.begin()).isFalse();
  }
}
