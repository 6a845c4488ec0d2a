/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.FilesOf;
import org.posthouse.dns.SystemDns;
import org.posthouse.james.CheckAlignment;
import org.posthouse.mailets.KeyTables;

class CheckAlignmentTest {
  private static final String REMEDY =
      ": write the addresses that receivers see as <source>, or <spf>false</spf> when only DKIM is"
          + " to count";

  @TempDir Path directory;

  private List<String> problems(Map<String, String> parameters, Map<String, String> delivery)
      throws Exception {
    try (DeliveryRig rig = new DeliveryRig(directory, DeliveryRig.relay(""))) {
      CheckAlignment mailet =
          new CheckAlignment(
              new FilesOf(directory),
              new SystemDns(),
              rig.factory,
              new KeyTables(),
              rig.deliveries);
      FakeMailetConfig.Builder config = FakeMailetConfig.builder().mailetName("CheckAlignment");
      parameters.forEach(config::setProperty);
      mailet.init(config.build());
      if (!delivery.isEmpty()) {
        rig.delivery(delivery); // which stands behind
      }
      return mailet.problems();
    }
  }

  @Test
  void addressThatTheSystemChoosesShouldBeAskedFor() throws Exception {
    assertThat(problems(Map.of(), Map.of("outgoing", "outgoing")))
        .containsExactly(
            "the system chooses the address that mail leaves from"
                + REMEDY
                + "; <bind> of RemoteDelivery and <sources> of relay.xml choose one");
  }

  @Test
  void addressesOfSmarthostShouldBeAskedFor() throws Exception {
    assertThat(problems(Map.of(), Map.of("gateway", "g.test")))
        .containsExactly("mail may leave by the smarthost g.test" + REMEDY);
  }

  @Test
  void chainWithoutDeliveryOfOursShouldBeToldToNameTheAddresses() throws Exception {
    assertThat(problems(Map.of(), Map.of()))
        .containsExactly("there is no RemoteDelivery that says where mail leaves from" + REMEDY);
  }

  @Test
  void knownAddressesShouldDo() throws Exception {
    assertThat(problems(Map.of(), Map.of("bind", "127.0.0.1"))).isEmpty();
  }

  @Test
  void writtenAddressesShouldDoForAnyDelivery() throws Exception {
    Map<String, String> gateway = Map.of("gateway", "g.test");
    assertThat(problems(Map.of("source", "192.0.2.1"), gateway)).isEmpty();
  }

  @Test
  void mailThatOnlyDkimVouchesForShouldNeedNoAddress() throws Exception {
    assertThat(problems(Map.of("spf", "false"), Map.of("gateway", "g.test"))).isEmpty();
  }
}
