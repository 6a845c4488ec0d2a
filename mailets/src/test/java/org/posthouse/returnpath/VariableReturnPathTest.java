/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.returnpath.Returned.Foreign;
import org.posthouse.returnpath.Returned.Original;
import org.posthouse.returnpath.Returned.Reason;
import org.posthouse.returnpath.Returned.Refused;
import org.posthouse.secret.Secrets;

class VariableReturnPathTest {
  private static final long DAY = 20_786;
  private static final Mailbox BASE = new Mailbox("bounces", "example.com");
  private static final Mailbox RECIPIENT = new Mailbox("user", "host.example");
  private static final Secrets SECRETS = Secrets.of(List.of("secret-of-the-lists"));

  private final VariableReturnPath signed = VariableReturnPath.signed(BASE, '+', SECRETS, 21);
  private final VariableReturnPath plain = VariableReturnPath.plain(BASE, '-');

  @Test
  void plainPathShouldBeAsBernsteinWroteIt() {
    assertThat(plain.forward(RECIPIENT, DAY)).hasToString("bounces-user=host.example@example.com");
    assertThat(plain.reverse(new Mailbox("bounces-a=b=host.example", "example.com"), DAY))
        .isEqualTo(new Original(new Mailbox("a=b", "host.example")));
  }

  @Test
  void signedPathShouldHaveTenDigitsBeforeTheRecipient() {
    // 40 bits of: openssl dgst -sha256 -hmac secret-of-the-lists, of verp, base, stamp and
    // recipient, each but the last with a line feed behind it
    assertThat(signed.forward(RECIPIENT, DAY))
        .hasToString("bounces+gno5jid2js=user=host.example@example.com");
  }

  @Test
  void everyRecipientShouldComeBackAsHeWas() {
    for (Mailbox each : HostileMailboxes.all()) {
      for (VariableReturnPath path : List.of(signed, plain)) {
        Mailbox address = path.forward(each, DAY);
        Mailbox read = Mailbox.of(address.writtenLocalPart(), address.domain());
        assertThat(path.reverse(read, DAY)).isEqualTo(new Original(each));
      }
    }
  }

  @Test
  void hostThatChangesCaseShouldNotBreakTheToken() {
    Mailbox address = signed.forward(new Mailbox("User", "Host.Example"), DAY);
    String upper = address.localPart().toUpperCase(Locale.ROOT);
    assertThat(signed.reverse(new Mailbox(upper, "EXAMPLE.COM"), DAY))
        .isEqualTo(new Original(new Mailbox("USER", "HOST.EXAMPLE")));
  }

  @Test
  void everyChangeShouldBeRefused() {
    String local = signed.forward(RECIPIENT, DAY).localPart();
    for (int i = "bounces+".length(); i < local.length(); i++) {
      char other = local.charAt(i) == 'x' ? 'y' : 'x';
      String changed = local.substring(0, i) + other + local.substring(i + 1);
      assertThat(signed.reverse(new Mailbox(changed, "example.com"), DAY))
          .as(changed)
          .isInstanceOf(Refused.class);
    }
  }

  @Test
  void tokenOfAnotherBaseShouldBeForged() {
    VariableReturnPath other =
        VariableReturnPath.signed(new Mailbox("news", "example.com"), '+', SECRETS, 21);
    String token = other.forward(RECIPIENT, DAY).localPart().substring("news+".length());
    assertThat(signed.reverse(new Mailbox("bounces+" + token, "example.com"), DAY))
        .isEqualTo(new Refused(Reason.FORGED));
  }

  @Test
  void tokenShouldExpireAfterItsAge() {
    Mailbox address = signed.forward(RECIPIENT, DAY);
    assertThat(signed.reverse(address, DAY + 21)).isEqualTo(new Original(RECIPIENT));
    assertThat(signed.reverse(address, DAY + 22)).isEqualTo(new Refused(Reason.EXPIRED));
  }

  @Test
  void olderSecretShouldVerify() {
    Secrets rotated = Secrets.of(List.of("a-newer-secret-is-here", "secret-of-the-lists"));
    VariableReturnPath newer = VariableReturnPath.signed(BASE, '+', rotated, 21);
    assertThat(newer.reverse(signed.forward(RECIPIENT, DAY), DAY))
        .isEqualTo(new Original(RECIPIENT));
    assertThat(signed.reverse(newer.forward(RECIPIENT, DAY), DAY))
        .isEqualTo(new Refused(Reason.FORGED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bounces+x",
        "bounces+abcdefgh2w",
        "bounces+abcdefgh2w=",
        "bounces+abcdefgh18=user=host.example",
        "bounces+abcdefgh2wxuser=host.example",
        "bounces+=user=host.example"
      })
  void brokenTokenShouldBeRefused(String local) {
    assertThat(signed.reverse(new Mailbox(local, "example.com"), DAY)).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bounces-user", "bounces-=host", "bounces-user=", "bounces-="})
  void brokenPlainPathShouldBeMalformed(String local) {
    assertThat(plain.reverse(new Mailbox(local, "example.com"), DAY))
        .isEqualTo(new Refused(Reason.MALFORMED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bounces", "bounces+", "bounces-user=x", "xbounces+y", "", "b"})
  void otherAddressesShouldBeForeign(String local) {
    assertThat(signed.reverse(new Mailbox(local, "example.com"), DAY)).isEqualTo(new Foreign());
    assertThat(signed.reverse(new Mailbox("bounces+x", "example.org"), DAY))
        .isEqualTo(new Foreign());
  }
}
