/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import javax.mail.internet.MimeMessage;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMail;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.Test;

class LoopGuardTest {
  private static final String FOREIGN = "Received: from a.example by b.example with ESMTP; now\r\n";
  private static final String OURS =
      "Received: from b.example ([192.0.2.1])\r\n          by MX.posthouse.example (JAMES) with"
          + " ESMTP ID 1;\r\n          now\r\n";

  @Test
  void mailUpToTheLimitShouldPass() throws Exception {
    Mail mail = mail(FOREIGN.repeat(100));
    guard(FakeMailetConfig.builder()).service(mail);
    assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
    assertThat(mail.getAttribute(AttributeName.of(LoopGuard.DELIVERY_ERROR))).isEmpty();
  }

  @Test
  void mailOverTheLimitShouldGoToBouncesWithARoutingLoopError() throws Exception {
    Mail mail = mail(FOREIGN.repeat(101));
    guard(FakeMailetConfig.builder()).service(mail);
    assertThat(mail.getState()).isEqualTo("bounces");
    assertThat(deliveryError(mail))
        .isEqualTo("5.4.6 (Routing loop detected: 101 Received fields, 0 of them ours)");
    assertThat(mail.getErrorMessage()).startsWith("5.4.6 ");
  }

  @Test
  void ownFieldsShouldHaveTheirOwnLimitAndProcessor() throws Exception {
    Mail mail = mail(OURS.repeat(3) + FOREIGN);
    FakeMailetConfig.Builder config =
        FakeMailetConfig.builder()
            .setProperty("ownNames", "other.example, mx.posthouse.example")
            .setProperty("maxOwnReceived", "2")
            .setProperty("processor", "loops");
    guard(config).service(mail);
    assertThat(mail.getState()).isEqualTo("loops");
    assertThat(deliveryError(mail)).contains("4 Received fields, 3 of them ours");
  }

  @Test
  void mailWithoutTraceShouldPass() throws Exception {
    Mail mail = mail("");
    guard(FakeMailetConfig.builder()).service(mail);
    assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
  }

  @Test
  void unknownParameterShouldNameTheNearestOne() {
    FakeMailetConfig.Builder config =
        FakeMailetConfig.builder().setProperty("maxRecieved", "5").setProperty("colour", "red");
    assertThatThrownBy(() -> guard(config))
        .hasMessageContaining(
            "unknown parameter <colour>. unknown parameter <maxRecieved>; did you mean"
                + " <maxReceived>? Known are");
  }

  @Test
  void limitsShouldBePositive() {
    assertThatThrownBy(() -> guard(FakeMailetConfig.builder().setProperty("maxReceived", "0")))
        .hasMessageContaining("<maxReceived> must be a whole number above 0, not '0'");
    assertThatThrownBy(() -> guard(FakeMailetConfig.builder().setProperty("maxReceived", "many")))
        .hasMessageContaining("not 'many'");
  }

  @Test
  void parametersOfTheContainerShouldPass() throws Exception {
    LoopGuard guard =
        guard(FakeMailetConfig.builder().setProperty("onMailetException", "propagate"));
    assertThat(IntStream.range(0, guard.requiredProcessingState().size()).count()).isOne();
  }

  private static LoopGuard guard(FakeMailetConfig.Builder config) throws Exception {
    LoopGuard guard = new LoopGuard();
    guard.init(config.mailetName("LoopGuard").build());
    return guard;
  }

  private static Mail mail(String trace) throws Exception {
    MimeMessage message = Messages.parse(trace + "Subject: s\r\n\r\nb\r\n");
    return FakeMail.builder()
        .name("m")
        .state(Mail.DEFAULT)
        .recipient("to@remote.example")
        .mimeMessage(message)
        .build();
  }

  private static String deliveryError(Mail mail) {
    return (String)
        mail.getAttribute(AttributeName.of(LoopGuard.DELIVERY_ERROR))
            .orElseThrow()
            .getValue()
            .value();
  }
}
