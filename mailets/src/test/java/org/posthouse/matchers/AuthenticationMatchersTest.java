/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.mailets.AuthenticationAttributes;

class AuthenticationMatchersTest {
  private static FakeMail mail() throws Exception {
    return FakeMail.builder().name("m").recipients("a@b.example", "c@b.example").build();
  }

  private static Mail checked() throws Exception {
    FakeMail mail = mail();
    Map.of(
            AuthenticationAttributes.SPF, "softfail",
            AuthenticationAttributes.SPF_DOMAIN, "x.example",
            AuthenticationAttributes.DKIM, "pass",
            AuthenticationAttributes.DMARC, "fail",
            AuthenticationAttributes.DMARC_POLICY, "quarantine",
            AuthenticationAttributes.ARC, "pass",
            AuthenticationAttributes.ARC_SEALER, "lists.y.example")
        .forEach((name, value) -> mail.setAttribute(new Attribute(name, AttributeValue.of(value))));
    mail.setAttribute(
        new Attribute(
            AuthenticationAttributes.DKIM_SIGNATURES,
            AttributeValue.of(
                List.of(
                    AttributeValue.of("pass:m.y.example"), AttributeValue.of("fail:z.example")))));
    return mail;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SpfIs|softfail|true",
        "SpfIs|fail, SoftFail|true",
        "SpfIs|pass fail neutral none temperror permerror|false",
        "SpfIs|softfail:x.example|true",
        "SpfIs|softfail:*.example|true",
        "SpfIs|softfail:y.example|false",
        "SpfIs|fail:x.example|false",
        "DkimIs|pass|true",
        "DkimIs|fail|false",
        "DkimIs|pass:m.y.example|true",
        "DkimIs|pass:M.Y.Example|true",
        "DkimIs|pass:*.y.example|true",
        "DkimIs|pass:y.example|false",
        "DkimIs|pass:z.example|false",
        "DkimIs|fail:z.example|true",
        "DkimIs|none, fail:*|true",
        "DmarcIs|fail|true",
        "DmarcIs|fail:quarantine|true",
        "DmarcIs|fail:reject|false",
        "DmarcIs|pass:quarantine|false",
        "DmarcIs|fail:reject, fail:quarantine|true",
        "ArcIs|pass|true",
        "ArcIs|none, fail, temperror|false",
        "ArcIs|pass:lists.y.example|true",
        "ArcIs|pass:*.y.example|true",
        "ArcIs|pass:y.example|false",
      })
  void matchersShouldLookAtTheResults(String name, String condition, boolean matches)
      throws Exception {
    assertThat(Matchers.of(name, condition).match(checked())).hasSize(matches ? 2 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SpfIs|pass, fail, softfail, neutral, none, temperror, permerror",
        "SpfIs|pass:*",
        "DkimIs|pass, fail, neutral, policy, none, temperror, permerror, pass:*",
        "DmarcIs|pass, fail, none, temperror, permerror, none:none",
        "ArcIs|pass, fail, none, temperror, pass:*",
      })
  void mailThatWasNotCheckedShouldMatchNothing(String name, String condition) throws Exception {
    assertThat(Matchers.of(name, condition).match(mail())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SpfIs|softfial|there is no result 'softfial'; did you mean 'softfail'?",
        "SpfIs|policy|there is no result 'policy'",
        "SpfIs|pass:|behind the colon stands a domain",
        "SpfIs|pass:a*b|behind the colon stands a domain",
        "SpfIs|' '|it needs a condition: SpfIs=",
        "DkimIs|softfail|there is no result 'softfail'",
        "DkimIs|none:x.example|mail without signature has no domain",
        "DmarcIs|fail:rejct|there is no policy 'rejct'; did you mean 'reject'?",
        "DmarcIs|fail:|there is no policy ''",
        "DmarcIs|reject|there is no result 'reject'",
        "ArcIs|permerror|did you mean 'temperror'?",
        "ArcIs|fail:x.example|only a chain that passes has a domain",
      })
  void conditionThatCannotBeReadShouldBeRefused(String name, String condition, String text) {
    assertThatThrownBy(() -> Matchers.of(name, condition))
        .hasMessageStartingWith("matcher " + name + ": ")
        .hasMessageContaining(text);
  }

  @Test
  void attributesShouldBeToldApart() {
    assertThat(List.copyOf(AuthenticationAttributes.ALL)).doesNotHaveDuplicates();
  }
}
