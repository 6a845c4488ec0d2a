/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The signed messages that the RFCs themselves show. */
class RfcExamplesTest {
  private static final String MESSAGE =
      """
      From: Joe SixPack <joe@football.example.com>
      To: Suzie Q <suzie@shopping.example.net>
      Subject: Is dinner ready?
      Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
      Message-ID: <20030712040037.46341.5F8J@football.example.com>

      Hi.

      We lost the game.  Are you hungry yet?

      Joe.
      """;

  /** RFC 8463 appendix A.3. */
  private static final String OF_RFC8463 =
      """
      DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
       d=football.example.com; i=@football.example.com;
       q=dns/txt; s=brisbane; t=1528637909; h=from : to :
       subject : date : message-id : from : subject : date;
       bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
       b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
       Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
      DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
       d=football.example.com; i=@football.example.com;
       q=dns/txt; s=test; t=1528637909; h=from : to : subject :
       date : message-id : from : subject : date;
       bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
       b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
       DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
       dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
      """;

  /** RFC 8463 appendix A.2. */
  private static final MemoryDns DNS_OF_RFC8463 =
      new MemoryDns()
          .text(
              "brisbane._domainkey.football.example.com",
              "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
          .text(
              "test._domainkey.football.example.com",
              "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3id"
                  + "Y6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1"
                  + "Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB");

  /** RFC 6376 appendix A.2, indented by six and with a semicolon at the end, as it was signed. */
  private static final String OF_RFC6376 =
      """
      DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
            c=simple/simple; q=dns/txt; i=joe@football.example.com;
            h=Received : From : To : Subject : Date : Message-ID;
            bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
            b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB
            4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut
            KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV
            4bmp/YzhwvcubU4=;
      Received: from client1.football.example.com  [192.0.2.1]
            by submitserver.example.com with SUBMISSION;
            Fri, 11 Jul 2003 21:01:54 -0700 (PDT)
      """;

  /** RFC 6376 appendix C. */
  private static final MemoryDns DNS_OF_RFC6376 =
      new MemoryDns()
          .text(
              "brisbane._domainkey.example.com",
              "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQ"
                  + "g1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+R"
                  + "cac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB");

  @Test
  void signatureOfRfc6376ShouldPass() throws Exception {
    // What was signed has one blank in the second line of the body; the RFC prints two.
    String message = OF_RFC6376 + MESSAGE.replace("game.  Are", "game. Are");
    assertThat(verify(message, DNS_OF_RFC6376))
        .extracting(DkimResult::status)
        .containsExactly(DkimStatus.PASS);
    assertThat(verify(OF_RFC6376 + MESSAGE, DNS_OF_RFC6376))
        .extracting(DkimResult::reason)
        .containsExactly("body hash does not match");
  }

  @Test
  void bothSignaturesOfRfc8463ShouldPass() throws Exception {
    List<DkimResult> results = verify(OF_RFC8463 + MESSAGE, DNS_OF_RFC8463);
    assertThat(results).extracting(DkimResult::status).containsOnly(DkimStatus.PASS);
    assertThat(results).extracting(DkimResult::keyBits).containsExactly(256, 1024);
    assertThat(results)
        .extracting(DkimResult::signaturePrefix)
        .containsExactly("/gCrinpc", "F45dVWDf");
    assertThat(results).extracting(DkimResult::identity).containsOnly("@football.example.com");
  }

  @Test
  void everyChangeShouldFailBothSignaturesOfRfc8463() throws Exception {
    for (String[] change :
        new String[][] {
          {"Joe.", "Jim."},
          {"Is dinner", "Is lunch"},
          {"suzie@", "susan@"},
          {"bh=2j", "bh=3j"},
          {"t=1528637909", "t=1528637910"}
        }) {
      assertThat(verify((OF_RFC8463 + MESSAGE).replace(change[0], change[1]), DNS_OF_RFC8463))
          .as(change[1])
          .extracting(DkimResult::status)
          .containsExactly(DkimStatus.FAIL, DkimStatus.FAIL);
    }
  }

  private static List<DkimResult> verify(String text, MemoryDns dns) throws Exception {
    RawMessage message = RawMessage.of(text);
    return new DkimVerifier(dns, Clock.systemUTC()).verify(message.fields(), message.open());
  }
}
