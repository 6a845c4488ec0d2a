/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.identity.rights.Decision;
import org.posthouse.identity.rights.Decision.Outcome;
import org.posthouse.identity.rights.Grant;
import org.posthouse.identity.rights.Rules;

/**
 * Header blocks of alice, who may send as alice@example.com, as whoever at corp.example and at
 * bücher.example, and as o'hara+x@example.com. Whatever makes any reader see another sender is
 * refused. ¶ stands for CRLF; text is sent as UTF-8, unless ‰xx is one octet.
 */
class HostileFromTest {
  private static final String RULE =
      "<from>own, o'hara+x@example.com, @corp.example, @b\u00fccher.example</from>";
  private static final Grant ALICE = Rules.alice(RULE);

  static Arguments[] headers() {
    return new Arguments[] {
      // What honest programs write.
      ok("From: alice@example.com"),
      ok("From: <alice@example.com>"),
      ok("from:alice@example.com"),
      ok("FROM:\talice@example.com"),
      ok("From: Alice <alice@example.com>"),
      ok("From: \"Alice B.\" <alice@example.com>"),
      ok("From: Dr. Alice B. <alice@example.com>"),
      ok("From: \"Smith, Alice\" <alice@example.com>"),
      ok("From: \"Alice \\\"Al\\\" B\" <alice@example.com>"),
      ok("From: alice@example.com (Alice)"),
      ok("From: (the one) Alice (really) <alice@example.com> (yes)"),
      ok("From: (a (nested) one) alice@example.com"),
      ok("From: Alice¶ <alice@example.com>"),
      ok("From:¶ alice@example.com"),
      ok("From: ALICE@EXAMPLE.COM"),
      ok("From: \"alice\"@example.com"),
      ok("From: <\"alice\"@example.com>"),
      ok("From: =?utf-8?Q?Al=C3=ADce?= <alice@example.com>"),
      ok("From: =?utf-8?B?QWzDrWNl?= =?utf-8?B?IEI=?= <alice@example.com>"),
      ok("From: Al\u00edce <alice@example.com>"),
      ok("From: \"Al\u00edce\" <alice@example.com>"),
      ok("From: o'hara+x@example.com"),
      ok("From: anybody@corp.example"),
      ok("From: \"any body\"@corp.example"),
      ok("From: x@xn--bcher-kva.example"),
      ok("From: x@B\u00dcCHER.example"),
      ok("From: x@b\u00fccher.example"),
      ok("From: x@bu\u0308cher.example"),
      ok("From: p\u00e9ter@corp.example"),
      ok("Sender: evil@bank.example¶From: alice@example.com"),
      ok("From: alice@example.com¶Reply-To: <<<"),
      ok("From: alice@example.com, x@corp.example¶Sender: alice@example.com"),
      ok("From: \"ceo@bank.example\" <alice@example.com>"),
      ok("Subject: a¶ b¶From: alice@example.com"),
      // Somebody else.
      denied("From: ceo@bank.example"),
      unclear("From: alice@example.com <ceo@bank.example>"),
      denied("From: \"alice@example.com\" <ceo@bank.example>"),
      denied("From: Alice (alice@example.com) <ceo@bank.example>"),
      denied("From: ceo@bank.example (alice@example.com)"),
      denied("From: alice@sub.example.com"),
      denied("From: alice@example.com.bank.example"),
      denied("From: alice@examp1e.com"),
      denied("From: alice+tag@example.com"),
      denied("From: \"alice@example.com\"@bank.example"),
      denied("From: \"alice \"@example.com"),
      denied("From: alice@ex\u0430mple.com"),
      denied("From: \u0430lice@example.com"),
      denied("From: x@xn--bcher-kvb.example"),
      denied("From: alice@[192.0.2.1]"),
      denied("From: alice@[IPv6:2001:db8::1]"),
      denied("From: alice@example.com, ceo@bank.example¶Sender: alice@example.com"),
      denied("From: alice@example.com, x@corp.example¶Sender: ceo@bank.example"),
      // Several, none, or not to be found by everyone.
      unclear("Subject: x"),
      unclear("From:"),
      unclear("From: ¶ "),
      unclear("From: <>"),
      unclear("From: ()"),
      unclear("From: alice"),
      unclear("From: alice@"),
      unclear("From: @example.com"),
      unclear("From: alice@example.com¶From: ceo@bank.example"),
      unclear("From: ceo@bank.example¶From: alice@example.com"),
      unclear("From: alice@example.com¶from: alice@example.com"),
      unclear("From: alice@example.com¶From : ceo@bank.example"),
      unclear("From : alice@example.com"),
      unclear("From\t: alice@example.com"),
      unclear("From: alice@example.com, x@corp.example"),
      unclear("From: alice@example.com, x@corp.example¶Sender: a@corp.example, b@corp.example"),
      unclear(
          "From: alice@example.com, x@corp.example¶Sender: a@corp.example¶Sender: b@corp.example"),
      unclear("From: alice@example.com,"),
      unclear("From: ,alice@example.com"),
      unclear("From: alice@example.com,,x@corp.example"),
      unclear("From: alice@example.com; ceo@bank.example"),
      unclear("From: alice@example.com ceo@bank.example"),
      unclear("From: <alice@example.com> <ceo@bank.example>"),
      unclear("From: <alice@example.com> ceo@bank.example"),
      unclear("From: <alice@example.com>, ceo@bank.example <"),
      unclear("From: Friends: alice@example.com;"),
      unclear("From: Friends:;"),
      unclear("From: undisclosed-senders:;"),
      // Addresses that readers take apart in different ways.
      unclear("From: alice@example.com@bank.example"),
      unclear("From: <alice@example.com@bank.example>"),
      unclear("From: <@bank.example:alice@example.com>"),
      unclear("From: <@a,@b:alice@example.com>"),
      unclear("From: alice@example.com <alice@example.com>"),
      unclear("From: <<alice@example.com>>"),
      unclear("From: Alice <alice@example.com"),
      unclear("From: Alice alice@example.com>"),
      unclear("From: \"Alice <alice@example.com>"),
      unclear("From: Alice\" <alice@example.com>"),
      unclear("From: Smith, Alice <alice@example.com>"),
      unclear("From: alice(comment)@example.com"),
      unclear("From: alice@(comment)example.com"),
      unclear("From: <alice(x)@example.com>"),
      unclear("From: (unclosed alice@example.com"),
      unclear("From: alice@example.com (unclosed"),
      unclear("From: alice@example.com )"),
      unclear("From: ((((((deep)))))) alice@example.com"),
      unclear("From: alice @example.com"),
      unclear("From: alice@ example.com"),
      unclear("From: <alice @example.com>"),
      unclear("From: alice . b@example.com"),
      unclear("From: .alice@corp.example"),
      unclear("From: al..ice@corp.example"),
      unclear("From: alice@corp.example."),
      unclear("From: alice@.corp.example"),
      unclear("From: al\\ice@example.com"),
      unclear("From: \"ali\"ce@example.com"),
      unclear("From: \"alice\\\"@example.com"),
      unclear("From: \"\"@corp.example"),
      unclear("From: \"\" \"q q\"@corp.example"),
      unclear("From: [alice@example.com]"),
      unclear("From: alice@[corp.example"),
      unclear("From: mailto:alice@example.com"),
      unclear("From: =?utf-8?Q?alice?=@corp.example"),
      unclear("From: =?utf-8?b?Y2VvQGJhbmsuZXhhbXBsZQ==?==?utf-8?Q?=00?=@corp.example"),
      unclear("From: =?utf-8?Q?ceo=00?= <alice@example.com>"),
      unclear("From: =?utf-8?Q?ceo=0D=0AFrom:_x?= <alice@example.com>"),
      unclear("From: =?utf-8?Q?Smith,_A?= <alice@example.com>"),
      // Octets.
      unclear("From: alice‰00@example.com"),
      unclear("From: alice@example.com‰00, ceo@bank.example"),
      unclear("From: alice@example.com‰0dFrom: ceo@bank.example"),
      unclear("From: alice@example.com‰0d‰0d¶"),
      unclear("From: alice‰07@example.com"),
      unclear("From: alice@example.com‰1b[2J"),
      unclear("From: Al‰edce <alice@example.com>"),
      unclear("From: al‰c3‰28@corp.example"),
      unclear("From: Al‰c2‰85 <alice@example.com>"),
      unclear("From: alice‰e2‰80‰8b@corp.example"),
      unclear("From: ‰e2‰80‰aealice@corp.example"),
      unclear("From: ‰ef‰bb‰bfalice@corp.example"),
      unclear("‰ef‰bb‰bfFrom: alice@example.com"),
      unclear("From: alice@ex\uff41mple.com"),
      unclear("From: alice\uff20corp.example"),
      unclear("From: alice@corp\u3002example"),
      unclear("From: x@stra\u00dfe.example"),
      unclear("From: m\u00a0x@corp.example"),
      // Headers that end earlier for some.
      unclear(" From: ceo@bank.example¶From: alice@example.com"),
      unclear("From ceo@bank.example Mon Jan 1¶From: alice@example.com"),
      unclear("Subject: x¶no field¶From: alice@example.com"),
      unclear("Subject: x¶ ¶From: alice@example.com"),
      unclear("Subject: x¶\t¶ y¶From: alice@example.com"),
      unclear(": x¶From: alice@example.com"),
      unclear("X From: ceo@bank.example¶From: alice@example.com"),
      unclear("From‰00: ceo@bank.example¶From: alice@example.com"),
      unclear("Fr‰c3‰b6m: ceo@bank.example¶From: alice@example.com"),
      unclear("Subject: x‰00¶From: alice@example.com"),
      unclear("Subject: x‰0dFrom: ceo@bank.example¶From: alice@example.com"),
      unclear("From: " + "a".repeat(11_000) + "@corp.example"),
      unclear(
          "From: " + "a@corp.example, ".repeat(101) + "a@corp.example¶Sender: alice@example.com"),
      unclear("From: " + "(".repeat(5_000) + ")".repeat(4_000) + " alice@example.com"),
      unclear("From: \"" + "\\".repeat(5_001) + " <alice@example.com>"),
    };
  }

  private static Arguments ok(String header) {
    return Arguments.of(header, "");
  }

  private static Arguments denied(String header) {
    return Arguments.of(header, "550 5.7.1 ");
  }

  private static Arguments unclear(String header) {
    return Arguments.of(header, "554 5.6.0 ");
  }

  @ParameterizedTest
  @MethodSource("headers")
  void headerShouldBeAllowedOrRefused(String header, String reply) {
    byte[] block = octets(header + "¶Subject: s¶¶");
    Decision decision = ALICE.header(OriginatorReader.read(block, ALICE.alsoChecked()));
    assertThat(decision.refusal().map(Object::toString).orElse("")).startsWith(reply);
    assertThat(decision.outcome()).isEqualTo(reply.isEmpty() ? Outcome.ALLOWED : Outcome.REFUSED);
    assertThat(decision.refusal().map(Object::toString).orElse("")).matches("[ -~]*");
  }

  private static String name(String from) {
    Grant strict = Rules.alice("<displayNames>refuse</displayNames>");
    byte[] block = octets("From: " + from + "¶¶");
    return strict
        .header(OriginatorReader.read(block, Set.of()))
        .refusal()
        .map(Object::toString)
        .orElse("");
  }

  /** As they come over the net. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"boss\" \"@bank.example\" <alice@example.com>",
        "boss ((at)) bank.example <alice@example.com>",
        "alice@example.com (boss ((at)) bank.example)",
        "=?utf-8?Q?boss_=40_bank.example?= <alice@example.com>",
        "=?utf-8?Q?=22boss=22_=22=40bank.example=22?= <alice@example.com>",
        "=?utf-8?B?Ym9zcyBAIGJhbmsuZXhhbXBsZQ==?= <alice@example.com>",
      })
  void aNameThatReadsLikeAnAddressShouldBeRefused(String from) {
    assertThat(name(from)).startsWith("550 5.7.1 Message refused: the name in From reads like");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"Meeting @ Noon\" <alice@example.com>",
        "alice@example.com (Alice (at the desk))",
        "alice@example.com (Alice (at) example.com)"
      })
  void aNameThatDoesNotShouldPass(String from) {
    assertThat(name(from)).isEmpty();
  }

  @Test
  void aRefusalShouldQuoteWhatTheClientWrote() {
    assertThat(name("Alice <Alice@Example.COM> B\u00f6b"))
        .isEqualTo(
            "554 5.6.0 Message refused: From goes on after an address:"
                + " Alice <Alice@Example.COM> B?b");
    assertThat(name("<" + "A".repeat(9000))).endsWith(": <" + "A".repeat(99) + "...");
    assertThat(name("a@b.example¶FROM: c@d.example"))
        .isEqualTo("554 5.6.0 Message refused: there is more than one From field");
    Decision denied =
        ALICE.header(OriginatorReader.read(octets("From: The.CEO@Bank.Example¶¶"), Set.of()));
    assertThat(denied.reason()).contains("may not send as <The.CEO@Bank.Example> (From)");
  }

  static byte[] octets(String text) {
    String utf8 =
        new String(
            text.replace("¶", "\r\n").getBytes(StandardCharsets.UTF_8),
            StandardCharsets.ISO_8859_1);
    String mark = new String("‰".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    StringBuilder octets = new StringBuilder();
    String[] parts = utf8.split(mark, -1);
    octets.append(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      octets.append((char) Integer.parseInt(parts[i].substring(0, 2), 16));
      octets.append(parts[i].substring(2));
    }
    return octets.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
