/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
  private static ClientAddress client(String text) throws Exception {
    return ClientAddress.of(InetAddress.getByName(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.255",
        "::",
        "::1",
        "1::",
        "2001:db8::1",
        "2001:db8:0:1:1:1:1:1",
        "2001:0:0:1::1",
        "1:2:3:4:5:6:7:8",
        "fe80::a00:0:0:1",
        "0:1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:0"
      })
  void textShouldBeAsRfc5952Says(String text) throws Exception {
    assertThat(client(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1,192.0.2.0,24,true",
    "192.0.2.1,192.0.2.1,32,true",
    "192.0.2.1,192.0.2.0,32,false",
    "192.0.2.1,192.0.3.0,23,true",
    "192.0.2.1,192.0.4.0,23,false",
    "192.0.2.1,10.0.0.0,0,true",
    "192.0.2.1,64.0.0.0,1,false",
    "192.0.2.1,::,0,false",
    "2001:db8::1,2001:db8::,32,true",
    "2001:db8::1,2001:db9::,32,false",
    "2001:db8::1,2001:db9::,31,true",
    "2001:db8::1,2001:db8::1,128,true",
    "2001:db8::1,2001:db8::,128,false",
    "2001:db8::1,::,0,true",
    "2001:db8::1,0.0.0.0,0,false"
  })
  void prefixShouldBeComparedInTheSameFamily(String client, String network, int bits, boolean in)
      throws Exception {
    assertThat(client(client).isIn(InetAddress.getByName(network).getAddress(), bits))
        .isEqualTo(in);
  }

  @Test
  void reverseNameShouldBeThatOfItsPointers() throws Exception {
    assertThat(client("192.0.2.1").reverseName()).isEqualTo("1.2.0.192.in-addr.arpa");
    assertThat(client("2001:db8::ab").reverseName())
        .isEqualTo("B.A.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6.arpa");
  }
}
