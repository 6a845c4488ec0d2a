/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthouse.faults.Tools;
import org.posthouse.identity.OpensslAuthority;
import org.posthouse.matchers.RightAttributes;

/**
 * A Postfix that logs in to a submission door, by each mechanism that its client has, over STARTTLS
 * and over TLS from the first octet. Cyrus' EXTERNAL is not among them: Postfix does not tell it of
 * the certificate, which counts by itself instead. Nor is XOAUTH2: Debian's plugin
 * (libsasl2-modules-kdexoauth2) does not work with Postfix.
 */
class PostfixClientTest {
  private static final String USER = SmtpHarness.USER;
  private static final List<String> MECHANISMS =
      List.of("PLAIN", "LOGIN", "SCRAM-SHA-256", "certificate");
  private static final String WRONG = "wrong";

  @TempDir static Path home;
  private static SmtpHarness harness;
  private static PostfixClient postfix;

  @BeforeAll
  static void start() throws Exception {
    Tools.require("postfix", "sendmail");
    Tools.requireThat("root".equals(System.getProperty("user.name")), "Postfix needs root");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    OpensslAuthority authority = OpensslAuthority.make(home.resolve("authority"));
    authority.issue("billing", "/CN=billing");
    writeIdentities();
    harness = SmtpHarness.open(home, PostfixClientTest::doors);
    Map<String, PostfixClient.Transport> all = new LinkedHashMap<>();
    for (String mechanism : MECHANISMS) {
      all.put(name(mechanism, false), transport(mechanism, false, SmtpHarness.PASSWORD));
      all.put(name(mechanism, true), transport(mechanism, true, SmtpHarness.PASSWORD));
    }
    all.put("scram-wrong", transport("SCRAM-SHA-256", false, WRONG));
    all.put("plain-wrong", transport("PLAIN", true, WRONG));
    all.put("nobody", transport("certificate", false, ""));
    postfix = PostfixClient.start(home.resolve("postfix"), all);
  }

  @AfterAll
  static void stop() {
    if (postfix != null) {
      postfix.close();
      harness.close();
    }
  }

  private static void writeIdentities() throws IOException {
    Files.writeString(
        Files.createDirectories(home.resolve("conf")).resolve("identities.xml"),
        "<identities><users/>"
            + "<certificate identity='billing' subject='CN=billing'/>"
            + "<guessing><firstDelay>0 s</firstDelay><longestDelay>0 s</longestDelay></guessing>"
            + "</identities>");
  }

  /** Two doors, where nobody may relay but by what it has proved. */
  private static String doors(String file) {
    String door =
        file.replaceAll("<authorizedAddresses>.*</authorizedAddresses>", "")
            .replace(
                "</tls>",
                "<clientAuth mode='want'><authorities>file://authority/ca.pem</authorities>"
                    + "</clientAuth></tls>");
    int begin = door.indexOf("<smtpserver ");
    int end = door.indexOf("</smtpservers>");
    String second =
        door.substring(begin, end)
            .replace("<jmxName>relay", "<jmxName>submissions")
            .replace(
                "socketTLS=\"false\" startTLS=\"true\"", "socketTLS=\"true\" startTLS=\"false\"");
    return door.substring(0, end) + second + door.substring(end);
  }

  private static String name(String mechanism, boolean implicit) {
    return mechanism.toLowerCase(java.util.Locale.ROOT) + (implicit ? "-tls" : "-starttls");
  }

  /** A certificate without a secret is none. */
  private static PostfixClient.Transport transport(
      String mechanism, boolean implicit, String secret) {
    Map<String, String> options = new HashMap<>();
    options.put("smtp_tls_wrappermode", implicit ? "yes" : "no");
    if (!mechanism.equals("certificate")) {
      int port = port(implicit);
      options.put("smtp_sasl_auth_enable", "yes");
      options.put("smtp_sasl_mechanism_filter", mechanism.toLowerCase(java.util.Locale.ROOT));
      options.put(
          "smtp_sasl_password_maps",
          "inline:{ { [127.0.0.1]:" + port + " = " + USER + ":" + secret + " } }");
    } else if (!secret.isEmpty()) {
      options.put("smtp_tls_cert_file", home.resolve("authority/billing.pem").toString());
      options.put("smtp_tls_key_file", home.resolve("authority/billing.key").toString());
    }
    return new PostfixClient.Transport(port(implicit), options);
  }

  private static int port(boolean implicit) {
    String address =
        harness.servers().listeners().stream()
            .filter(each -> each.tls().equals(implicit ? "implicit" : "starttls"))
            .findFirst()
            .orElseThrow()
            .address();
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  static Stream<String> ways() {
    return MECHANISMS.stream().flatMap(each -> Stream.of(name(each, false), name(each, true)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void postfixShouldRelayThroughUs(String way) throws Exception {
    boolean byCertificate = way.startsWith("certificate");
    String recipient = "bob@" + way + ".test";
    postfix.send(byCertificate ? "billing@relay.test" : USER, recipient);
    assertThat(postfix.fate(recipient)).as(postfix.log()).startsWith("status=sent (250 2.6.0");
    Mail mail =
        harness.queues().mails().stream()
            .filter(each -> each.getRecipients().toString().contains(recipient))
            .findFirst()
            .orElseThrow();
    assertThat(said(mail, RightAttributes.HOW)).isEqualTo(byCertificate ? "certificate" : "login");
    assertThat(said(mail, RightAttributes.IDENTITY)).isEqualTo(byCertificate ? "billing" : USER);
    if (!byCertificate) {
      assertThat(name(said(mail, RightAttributes.MECHANISM), way.endsWith("-tls"))).isEqualTo(way);
    }
  }

  private static String said(Mail mail, AttributeName name) {
    return String.valueOf(mail.getAttribute(name).orElseThrow().getValue().value());
  }

  @Test
  void wrongPasswordsShouldBeToldAndTheMailKept() throws Exception {
    for (String way : List.of("scram-wrong", "plain-wrong")) {
      String recipient = "bob@" + way + ".test";
      postfix.send(USER, recipient);
      assertThat(postfix.fate(recipient))
          .startsWith("status=deferred (SASL authentication failed")
          .contains("535 5.7.8");
    }
  }

  @Test
  void clientWithoutLoginAndCertificateShouldBeRefused() throws Exception {
    postfix.send(USER, "bob@nobody.test");
    assertThat(postfix.fate("bob@nobody.test")).startsWith("status=bounced").contains("530 5.7.0");
  }
}
