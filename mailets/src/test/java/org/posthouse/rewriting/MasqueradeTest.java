/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MasqueradeTest {
  @Test
  void firstDomainThatIsAboveOrEqualShouldDecide() throws Exception {
    List<String> list = List.of("foo.example.com", "example.com");
    assertThat(strip(list, "u@any.thing.foo.example.com")).isEqualTo("u@foo.example.com");
    assertThat(strip(list, "u@any.thing.else.example.com")).isEqualTo("u@example.com");
    assertThat(strip(list, "u@foo.example.com")).isEqualTo("u@foo.example.com");
    assertThat(strip(list, "u@example.com")).isEqualTo("u@example.com");
    assertThat(strip(list, "u@badexample.com")).isEqualTo("u@badexample.com");
    assertThat(strip(List.of("example.com", "foo.example.com"), "u@x.foo.example.com"))
        .isEqualTo("u@example.com");
  }

  @Test
  void exclamationMarkShouldKeepADomainAndThoseBelow() throws Exception {
    List<String> list = List.of("!host.example.com", "example.com");
    assertThat(strip(list, "u@host.example.com")).isEqualTo("u@host.example.com");
    assertThat(strip(list, "u@a.host.example.com")).isEqualTo("u@a.host.example.com");
    assertThat(strip(list, "u@b.example.com")).isEqualTo("u@example.com");
  }

  @Test
  void exceptionsShouldBeUsersAddressesAndDomains() throws Exception {
    Masquerade masquerade =
        Masquerade.of(
            List.of("example.com"), List.of("Root", "ann@a.example.com", "@c.example.com"));
    assertThat(strip(masquerade, "rOOT@a.example.com")).isEqualTo("rOOT@a.example.com");
    assertThat(strip(masquerade, "ann@A.example.com")).isEqualTo("ann@A.example.com");
    assertThat(strip(masquerade, "ann@b.example.com")).isEqualTo("ann@example.com");
    assertThat(strip(masquerade, "bob@c.example.com")).isEqualTo("bob@c.example.com");
  }

  @Test
  void userAndLetterCaseOfTheUserShouldStay() throws Exception {
    assertThat(strip(List.of("Bücher.example"), "\"A b\"@x.xn--bcher-kva.example"))
        .isEqualTo("\"A b\"@xn--bcher-kva.example");
  }

  @Test
  void wrongDomainsShouldAllBeTold() {
    assertThatThrownBy(() -> Masquerade.of(List.of("a b", "!", "ok.example"), List.of("u@@")))
        .hasMessage("'a b' is no domain; '' is no domain; '' is no domain");
  }

  private static String strip(List<String> domains, String address) throws Exception {
    return strip(Masquerade.of(domains, List.of()), address);
  }

  private static String strip(Masquerade masquerade, String text) {
    Address address = Address.parse(text).orElseThrow();
    return masquerade.rewrite(address).orElse(address).toString();
  }
}
