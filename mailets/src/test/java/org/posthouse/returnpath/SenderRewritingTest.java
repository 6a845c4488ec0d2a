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

class SenderRewritingTest {
  private static final long DAY = 1_577_836_860L / 86_400; // 2020-01-01
  private static final Mailbox SENDER = new Mailbox("user", "first.example");

  private final SenderRewriting second = rewriting("second.example", "secret-of-the-second");
  private final SenderRewriting third = rewriting("third.example", "secret-of-the-third");

  @Test
  void addressShouldBeThatOfPostsrsdsOwnTest() {
    // The values of tests/unit/test_srs2.c of PostSRSd (GPL-3.0-only), and nothing else of it.
    SenderRewriting postsrsd = rewriting("example.com", "tops3cr3t");
    Mailbox address = new Mailbox("SRS0=vmyz=2W=otherdomain.com=test", "example.com");
    Mailbox original = new Mailbox("test", "otherdomain.com");
    assertThat(postsrsd.forward(original, DAY)).contains(address);
    assertThat(postsrsd.reverse(address, DAY)).isEqualTo(new Original(original));
  }

  @Test
  void senderOfTheDomainItselfShouldStay() {
    assertThat(second.forward(new Mailbox("u", "Second.Example"), DAY)).isEmpty();
    Mailbox ours = second.forward(SENDER, DAY).orElseThrow();
    assertThat(second.forward(ours, DAY)).isEmpty();
  }

  @Test
  void everyMailboxShouldComeBackAsItWas() {
    for (Mailbox each : HostileMailboxes.all()) {
      Mailbox forwarded = second.forward(each, DAY).orElseThrow();
      Mailbox read = Mailbox.of(forwarded.writtenLocalPart(), forwarded.domain());
      assertThat(second.reverse(read, DAY)).isEqualTo(new Original(each));
    }
  }

  @Test
  void bounceShouldSkipTheHostsBetween() {
    Mailbox atSecond = second.forward(SENDER, DAY).orElseThrow();
    Mailbox atThird = third.forward(atSecond, DAY).orElseThrow();
    assertThat(atThird.localPart()).startsWith("SRS1=").contains("=second.example==");
    SenderRewriting fourth = rewriting("fourth.example", "secret-of-the-fourth");
    Mailbox atFourth = fourth.forward(atThird, DAY).orElseThrow();
    assertThat(atFourth.localPart()).startsWith("SRS1=").contains("=second.example==");
    assertThat(fourth.reverse(atFourth, DAY)).isEqualTo(new Original(atSecond));
    assertThat(third.reverse(atThird, DAY)).isEqualTo(new Original(atSecond));
    assertThat(second.reverse(atSecond, DAY)).isEqualTo(new Original(SENDER));
  }

  @Test
  void addressThatCameRoundByUsShouldBeTakenApartWhole() {
    Mailbox atThird = third.forward(second.forward(SENDER, DAY).orElseThrow(), DAY).orElseThrow();
    Mailbox again = second.forward(atThird, DAY).orElseThrow();
    assertThat(second.reverse(again, DAY)).isEqualTo(new Original(SENDER));
    assertThat(second.reverse(again, DAY + 22)).isEqualTo(new Refused(Reason.EXPIRED));
  }

  @ParameterizedTest
  @ValueSource(chars = {'=', '+', '-'})
  void everySeparatorShouldBeReadAndKept(char separator) {
    SenderRewriting other =
        new SenderRewriting("other.example", secrets("secret-of-the-other"), separator, 4, 21);
    Mailbox address = other.forward(SENDER, DAY).orElseThrow();
    assertThat(address.localPart()).startsWith("SRS0" + separator);
    Mailbox wrapped = second.forward(address, DAY).orElseThrow();
    assertThat(wrapped.localPart()).contains("=other.example=" + separator);
    assertThat(second.reverse(wrapped, DAY)).isEqualTo(new Original(address));
    assertThat(other.reverse(address, DAY)).isEqualTo(new Original(SENDER));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6, 7, 8})
  void hashShouldHaveItsLengthAndShorterOnesBeForged(int length) {
    SenderRewriting longer =
        new SenderRewriting("second.example", secrets("secret-of-the-second"), '=', length, 21);
    Mailbox address = longer.forward(SENDER, DAY).orElseThrow();
    assertThat(address.localPart().indexOf('=', 5)).isEqualTo(5 + length);
    assertThat(second.reverse(address, DAY)).isEqualTo(new Original(SENDER));
    if (length > 4) {
      Mailbox shorter = second.forward(SENDER, DAY).orElseThrow();
      assertThat(longer.reverse(shorter, DAY)).isEqualTo(new Refused(Reason.FORGED));
    }
  }

  @Test
  void hostThatChangesCaseShouldNotBreakTheHash() {
    Mailbox address = second.forward(new Mailbox("User", "First.Example"), DAY).orElseThrow();
    String lower = address.localPart().toLowerCase(Locale.ROOT);
    String upper = address.localPart().toUpperCase(Locale.ROOT);
    assertThat(second.reverse(new Mailbox(lower, "second.example"), DAY))
        .isEqualTo(new Original(new Mailbox("user", "first.example")));
    assertThat(second.reverse(new Mailbox(upper, "SECOND.EXAMPLE"), DAY))
        .isEqualTo(new Original(new Mailbox("USER", "FIRST.EXAMPLE")));
  }

  @Test
  void addressShouldExpireAfterItsAge() {
    Mailbox address = second.forward(SENDER, DAY).orElseThrow();
    for (int age = -1; age <= 21; age++) {
      assertThat(second.reverse(address, DAY + age)).isEqualTo(new Original(SENDER));
    }
    for (int age : List.of(-2, 22, 23, 500, 1022)) {
      assertThat(second.reverse(address, DAY + age)).isEqualTo(new Refused(Reason.EXPIRED));
    }
  }

  @Test
  void everyChangeShouldBeForged() {
    String local = second.forward(SENDER, DAY).orElseThrow().localPart();
    for (int i = 5; i < local.length(); i++) {
      char other = local.charAt(i) == 'x' ? 'y' : 'x';
      String changed = local.substring(0, i) + other + local.substring(i + 1);
      Returned returned = second.reverse(new Mailbox(changed, "second.example"), DAY);
      assertThat(returned).as(changed).isInstanceOf(Refused.class);
    }
    Mailbox elsewhere = third.forward(SENDER, DAY).orElseThrow();
    assertThat(second.reverse(new Mailbox(elsewhere.localPart(), "second.example"), DAY))
        .isEqualTo(new Refused(Reason.FORGED));
  }

  @Test
  void innerPartOfAGuardedAddressShouldBeBoundToItsHost() {
    Mailbox wrapped = third.forward(second.forward(SENDER, DAY).orElseThrow(), DAY).orElseThrow();
    String turned = wrapped.localPart().replace("second.example", "victim.example");
    assertThat(third.reverse(new Mailbox(turned, "third.example"), DAY))
        .isEqualTo(new Refused(Reason.FORGED));
  }

  @Test
  void olderSecretsShouldVerifyAndTheFirstSign() {
    Mailbox old = second.forward(SENDER, DAY).orElseThrow();
    SenderRewriting rotated =
        new SenderRewriting(
            "second.example", secrets("a-newer-secret-is-here", "secret-of-the-second"), '=', 4, 9);
    assertThat(rotated.reverse(old, DAY)).isEqualTo(new Original(SENDER));
    assertThat(rotated.forward(SENDER, DAY)).isNotEqualTo(second.forward(SENDER, DAY));
    assertThat(second.reverse(rotated.forward(SENDER, DAY).orElseThrow(), DAY))
        .isEqualTo(new Refused(Reason.FORGED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SRS0=",
        "SRS0=abcd",
        "SRS0=abcd=2W",
        "SRS0=abcd=2W=host",
        "SRS0=abcd=2W==user",
        "SRS0=abcd=2W=host=",
        "SRS0=abcd=2=host=user",
        "SRS0=abcd=2WW=host=user",
        "SRS0=abcd=18=host=user",
        "srs0+abcd=\u00e4\u00e4=host=user",
        "SRS1=",
        "SRS1=abcd=host",
        "SRS1=abcd==rest",
        "SRS1-abcd=host="
      })
  void addressWithoutItsPartsShouldBeMalformed(String local) {
    assertThat(second.reverse(new Mailbox(local, "second.example"), DAY))
        .isEqualTo(new Refused(Reason.MALFORMED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"user", "SRS0", "SRS0user", "SRS2=a=b=c=d", "xSRS0=a=b=c=d", ""})
  void otherAddressesShouldBeForeign(String local) {
    assertThat(second.reverse(new Mailbox(local, "second.example"), DAY)).isEqualTo(new Foreign());
    assertThat(second.reverse(new Mailbox("SRS0=a=b=c=d", "third.example"), DAY))
        .isEqualTo(new Foreign());
  }

  @Test
  void brokenGuardedAddressShouldBeRewrittenLikeAnyOther() {
    Mailbox broken = new Mailbox("SRS1=abcd", "first.example");
    Mailbox address = second.forward(broken, DAY).orElseThrow();
    assertThat(address.localPart()).startsWith("SRS0=").endsWith("=first.example=SRS1=abcd");
    assertThat(second.reverse(address, DAY)).isEqualTo(new Original(broken));
  }

  private static SenderRewriting rewriting(String domain, String secret) {
    return new SenderRewriting(domain, secrets(secret), '=', 4, 21);
  }

  private static Secrets secrets(String... texts) {
    return Secrets.of(List.of(texts));
  }
}
