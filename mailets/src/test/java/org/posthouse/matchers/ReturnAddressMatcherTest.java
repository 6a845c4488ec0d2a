/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.mailet.base.GenericMatcher;
import org.apache.mailet.base.test.FakeMail;
import org.apache.mailet.base.test.FakeMatcherConfig;
import org.junit.jupiter.api.Test;

class ReturnAddressMatcherTest {
  @Test
  void srsAddressShouldMatchRewrittenRecipientsOfItsDomains() throws Exception {
    assertThat(
            matched(
                new SrsAddress(),
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
                new VerpAddress(),
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
    assertThatThrownBy(() -> matched(new SrsAddress(), " ,"))
        .hasMessageContaining("matcher SrsAddress: it needs a condition");
    assertThatThrownBy(() -> matched(new SrsAddress(), "u@example.com"))
        .hasMessageContaining("it takes domains");
    assertThatThrownBy(() -> matched(new VerpAddress(), "example.com"))
        .hasMessageContaining("'example.com' is no address");
  }

  private static List<String> matched(
      GenericMatcher matcher, String condition, String... recipients) throws Exception {
    matcher.init(
        FakeMatcherConfig.builder()
            .matcherName(matcher.getClass().getSimpleName())
            .condition(condition)
            .build());
    FakeMail mail = FakeMail.builder().name("m").recipients(recipients).build();
    return matcher.match(mail).stream().map(MailAddress::asString).toList();
  }
}
