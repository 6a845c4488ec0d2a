/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.dns.ScriptedDns;

class ReceivedSpfTest {
  private final ScriptedDns dns = ScriptedDns.of("a.test. TXT \"v=spf1 ip4:192.0.2.0/24 -all\"");

  private String value(String client, String helo, String mailFrom) throws Exception {
    SpfRequest request =
        new SpfRequest(InetAddress.getByName(client), helo, mailFrom, "mx.test", Instant.EPOCH);
    return ReceivedSpf.value(request, new Spf(dns).check(request));
  }

  @Test
  void passShouldSayWhatMatched() throws Exception {
    assertThat(value("192.0.2.1", "h.test", "x@a.test"))
        .isEqualTo(
            """
            pass
            \tclient-ip="192.0.2.1";
            \tenvelope-from="x@a.test";
            \thelo="h.test";
            \tidentity=mailfrom;
            \treceiver="mx.test";
            \tmechanism="ip4:192.0.2.0/24\""""
                .replace("\n", "\r\n"));
  }

  @Test
  void nullReversePathShouldNameTheHeloIdentity() throws Exception {
    assertThat(value("2001:db8::1", "a.test", ""))
        .startsWith("fail\r\n\tclient-ip=\"2001:db8::1\";")
        .contains("envelope-from=\"\";", "identity=helo;", "mechanism=\"-all\"");
  }

  @ParameterizedTest
  @CsvSource({
    "J\u00f6rg@a.test, a.test",
    "'\"J\u00f6rg\"@A.test', A.test",
    "x@b\u00fccher.test, x@xn--bcher-kva.test",
    "\u00e9@b\u00fccher.test, xn--bcher-kva.test",
    "x@\u2028.test, x@?.test"
  })
  void whatIsBeyondAsciiShouldNotBeTold(String mailFrom, String told) throws Exception {
    assertThat(value("192.0.2.1", "h.test", mailFrom)).contains("envelope-from=\"" + told + "\";");
  }

  @Test
  void problemShouldBeSaid() throws Exception {
    dns.withTxt("b.test", "v=spf1 \"\\bad");

    assertThat(value("192.0.2.1", "h.test", "x@b.test"))
        .startsWith("permerror\r\n")
        .endsWith("problem=\"malformed term '\\\"\\\\bad': b.test\"");
  }

  @Test
  void nothingShouldBeInjected() throws Exception {
    String evil = "\"; receiver=evil\r\n\r\nBody: (\\\0\u0085\u2028\u00e9";
    dns.withTxt("b.test", "v=spf1 " + "\\\"(".repeat(5000));

    String value = value("192.0.2.1", evil.repeat(50), evil.repeat(50) + "@b.test");

    assertThat(value.split("\r\n")).hasSize(7).allMatch(line -> line.length() < 700);
    assertThat(value.replace("\r\n\t", "")).matches("[ -~]*");
    assertThat(unquoted(value))
        .isEqualTo(
            "none\r\n\tclient-ip=;\r\n\tenvelope-from=;\r\n\thelo=;"
                + "\r\n\tidentity=mailfrom;\r\n\treceiver=;\r\n\tproblem=");
  }

  /** What a reader of quoted strings (RFC 5322 section 3.2.4) sees outside them. */
  private static String unquoted(String value) {
    StringBuilder outside = new StringBuilder();
    boolean inside = false;
    for (int each = 0; each < value.length(); each++) {
      char c = value.charAt(each);
      if (inside && c == '\\') {
        each++;
      } else if (c == '"') {
        inside = !inside;
      } else if (!inside) {
        outside.append(c);
      }
    }
    return outside.toString();
  }
}
