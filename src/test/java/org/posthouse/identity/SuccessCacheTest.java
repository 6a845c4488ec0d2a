/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuccessCacheTest {
  private static final Credential CREDENTIAL =
      new Credential("default", ScramVerifier.of(new byte[32], new byte[16], 4096), null);

  @Test
  void cacheShouldBeBoundedAndForgetTheOldestFirst() {
    SuccessCache cache = new SuccessCache(() -> 0);
    for (int i = 0; i <= SuccessCache.MOST_ENTRIES; i++) {
      cache.put(UserName.of("user" + i), CREDENTIAL, "secret");
    }

    assertThat(cache.size()).isEqualTo(SuccessCache.MOST_ENTRIES);
    assertThat(cache.find(user("user0"), "secret")).isEmpty();
    assertThat(cache.find(user("user1"), "secret")).contains(CREDENTIAL);
  }

  private static UserRecord user(String name) {
    return new UserRecord(UserName.of(name), List.of(CREDENTIAL));
  }
}
