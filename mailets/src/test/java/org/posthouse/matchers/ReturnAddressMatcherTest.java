/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.mailet.base.test.FakeMail;
import org.junit.jupiter.api.Test;

class ReturnAddressMatcherTest {
  @Test
  void srsAddressShouldMatchRewrittenRecipientsOfItsDomains() throws Exception {
    assertThat(
            matched(
                "SrsAddress",
                "SRS.example.com, srs.example.org",
                "SRS0=a=b=c=d@srs.example.com",
                "srs1+a=b=c@Srs.Example.Org",
                "SRS0@srs.example.com",
                "postmaster@srs.example.com",
                "SRS0=a=b=c=d@example.com"))
        .containsExactly("SRS0=a=b=c=d@srs.example.com", "srs1+a=b=c@srs.example.org");
  }

  @Test
  void verpAddressShouldMatchReturnPathsOfItsAddresses() throws Exception {
    assertThat(
            matched(
                "VerpAddress",
                "bounces@example.com news@example.com",
                "bounces+x@example.com",
                "Bounces-a=b@example.com",
                "news+y@example.com",
                "bounces@example.com",
                "bounces+@example.com",
                "bouncesx@example.com",
                "bounces+x@example.org"))
        .containsExactly("bounces+x@example.com", "Bounces-a=b@example.com", "news+y@example.com");
  }

  @Test
  void wrongConditionsShouldBeRefused() {
    assertThatThrownBy(() -> matched("SrsAddress", " ,"))
        .hasMessageContaining("matcher SrsAddress: it needs a condition");
    assertThatThrownBy(() -> matched("SrsAddress", "u@example.com"))
        .hasMessageContaining("it takes domains");
    assertThatThrownBy(() -> matched("VerpAddress", "example.com"))
        .hasMessageContaining("'example.com' is no address");
  }

  private static List<String> matched(String matcher, String condition, String... recipients)
      throws Exception {
    FakeMail mail = FakeMail.builder().name("m").recipients(recipients).build();
    return Matchers.of(matcher, condition).match(mail).stream().map(MailAddress::asString).toList();
  }
}
