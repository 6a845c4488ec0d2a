/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.james.server.core.MailImpl;
import org.junit.jupiter.api.Test;

class DeliveryIdentityTest {
  @Test
  void whatHasTheSameWayShouldGoTheSameWay() {
    String one = DeliveryIdentity.of("a.test:25", "1");
    assertThat(DeliveryIdentity.goSameWay(one, DeliveryIdentity.of("a.test:25", "2"))).isTrue();
    assertThat(DeliveryIdentity.goSameWay(one, DeliveryIdentity.of("a.test:26", "1"))).isFalse();
    assertThat(DeliveryIdentity.goSameWay(one, DeliveryIdentity.of("mx", "1"))).isFalse();
    assertThat(DeliveryIdentity.goSameWay(DeliveryIdentity.of("a/b", "1"), "a_b/2")).isTrue();
    assertThat(DeliveryIdentity.goSameWay(one, "")).isFalse();
  }

  @Test
  void markShouldBeReadBackAndBeNoneOfAnotherMail() throws Exception {
    MailImpl mail = NewMails.from("a@example.org", "m", "body", "b@example.net");
    assertThat(DeliveryIdentity.of(mail)).isEmpty();
    DeliveryIdentity.set(mail, "mx/1");
    assertThat(DeliveryIdentity.of(mail)).isEqualTo("mx/1");
    mail.dispose();
  }
}
