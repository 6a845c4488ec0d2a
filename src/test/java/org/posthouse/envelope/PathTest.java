/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths of RFC 5321 and RFC 6531, and what is none. */
class PathTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "alice@example.org             | alice         | example.org",
        "Alice.B+tag=x@Example.ORG     | Alice.B+tag=x | example.org",
        "postmaster                    | postmaster    | ~~",
        "@a.test,@b.test:alice@c.test  | alice         | c.test",
        "\"a b\"@example.org           | \"a b\"       | example.org",
        "\"a@b>\"@example.org          | \"a@b>\"      | example.org",
        "\"a\\\"b\"@example.org      | \"a\\\"b\"  | example.org",
        "\"\"@example.org              | \"\"          | example.org",
        "a@[192.0.2.1]                 | a             | [192.0.2.1]",
        "a@[IPv6:2001:db8::1]          | a             | [IPv6:2001:db8::1]",
        "a@host_name.example.org       | a             | host_name.example.org",
        "a@example.org.                | a             | example.org",
        "a@localhost                   | a             | localhost",
        "p\u00e9@example.org           | p\u00e9       | example.org",
        "a@ex\u00e4mple.test           | a             | xn--exmple-cua.test",
        "a@EX\u00c4MPLE.test           | a             | xn--exmple-cua.test",
        "a@fa\u00df.test               | a             | xn--fa-hia.test",
        "\u7528\u6237@\u4f8b\u5b50.test | \u7528\u6237 | xn--fsqu00a.test",
        "'*+-/=?^_`{}@x.test        | '*+-/=?^_`{} | x.test"
      })
  void aPathShouldBeRead(String text, String localPart, String domain) {
    assertThat(Path.parse(text)).isEqualTo(new Path(localPart, domain));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@example.org",
        "alice@",
        "alice@@example.org",
        "a@b@example.org",
        ".alice@example.org",
        "alice.@example.org",
        "al..ice@example.org",
        "al ice@example.org",
        "alice@exa mple.org",
        "alice@-example.org",
        "alice@example-.org",
        "alice@.org",
        "alice@example..org",
        "alice@example.org..",
        "alice(comment)@example.org",
        "alice@[192.0.2]",
        "alice@[192.0.2.256]",
        "alice@[IPv6:192.0.2.1]",
        "alice@[IPv6:zz::1]",
        "alice@[IPv6:::1",
        "alice@[2001:db8::1]",
        "alice@192.0.2.1]",
        "\"alice@example.org",
        "alice\"@example.org",
        "\"a\"b@example.org",
        "a\u0000b@example.org",
        "\"a\u0000b\"@example.org",
        "\"a\\\r\"@example.org",
        "a\ufffdb@example.org",
        "a@ex\u00e4_mple.test",
        "a@xn--\u00e4.test",
        "a@\u200d.test",
        "a@example.org\u0001",
        "a\tb@example.org"
      })
  void whatIsNoPathShouldBeRefused(String text) {
    assertThatThrownBy(() -> Path.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 65})
  void aLocalPartMayHave64Octets(int length) {
    String text = "x".repeat(length) + "@example.org";
    if (length == 64) {
      assertThat(Path.parse(text).localPart()).hasSize(64);
    } else {
      assertThatThrownBy(() -> Path.parse(text)).hasMessageContaining("64 octets");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {63, 64})
  void aLabelMayHave63Octets(int length) {
    String text = "a@" + "x".repeat(length) + ".org";
    if (length == 63) {
      assertThat(Path.parse(text).domain()).startsWith("xxx");
    } else {
      assertThatThrownBy(() -> Path.parse(text)).hasMessageContaining("63 octets");
    }
  }

  @ParameterizedTest
  @CsvSource({"p\u00e9@x.test,true", "\"p\u00e9\"@x.test,true", "pe@x\u00e4.test,false"})
  void onlyTheLocalPartMayNeedSmtpUtf8(String text, boolean needs) {
    assertThat(Path.parse(text).isInternational()).isEqualTo(needs);
  }

  /** In ASCII the quotes were the client's. */
  @ParameterizedTest
  @CsvSource({
    "\"p\u00e9\"@x.test, p\u00e9@x.test",
    "\"p\u00e9.\u4e2d+a\"@x.test, p\u00e9.\u4e2d+a@x.test",
    "\"p\u00e9 a\"@x.test, \"p\u00e9 a\"@x.test",
    "\"p\u00e9..a\"@x.test, \"p\u00e9..a\"@x.test",
    "\"p\u00e9@a\"@x.test, \"p\u00e9@a\"@x.test",
    "\"pe\"@x.test, \"pe\"@x.test",
    "a@192.0.2.1, a@[192.0.2.1]",
    "a@[192.0.2.1], a@[192.0.2.1]",
    "a@x.test, a@x.test"
  })
  void addressOfJamesShouldBeWrittenAsAPath(String address, String path) {
    assertThat(Path.written(address)).isEqualTo(path);
  }
}
