/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.config.Lines;
import org.posthouse.config.Problem;
import org.posthouse.config.Settings;

class JavaMailPropertyTest {
  private static Settings checked(String element, String value, boolean implicit, boolean login)
      throws Exception {
    XMLConfiguration xml = new XMLConfiguration();
    new FileHandler(xml)
        .load(
            new StringReader("<mailet><" + element + ">" + value + "</" + element + "></mailet>"));
    Settings settings = new Settings(Lines.unknown(), "", "", xml);
    JavaMailProperty.check(settings, implicit, login);
    settings.end();
    return settings;
  }

  private static List<String> said(Settings settings) {
    return Stream.concat(
            settings.problems().stream().map(Problem::toString),
            settings.warnings().stream().map(warning -> "warning: " + warning))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, relay.test",
    "localaddress, 127.0.0.1",
    "connectiontimeout, 1000",
    "timeout, 0",
    "writetimeout, 1000",
    "sendpartial, false",
    "starttls.enable, TRUE",
    "starttls.required, true",
    "ssl.checkserveridentity, false",
    "ssl.trust, *",
    "auth, false",
    "ehlo, true",
    "quitwait, true",
    "allow8bitmime, false",
    "reportsuccess, false",
    "sasl.enable, false",
  })
  void valueThatCanBeHadShouldBeTakenForTheProtocolInUse(String name, String value)
      throws Exception {
    assertThat(said(checked("mail.smtp." + name, value, false, false))).isEmpty();
    assertThat(said(checked("mail.smtps." + name, value, true, false))).isEmpty();
    assertThat(said(checked("mail.smtps." + name, value, false, false)))
        .containsExactly(
            "warning: <mail.smtps."
                + name
                + ">: it counts with <sslEnable> true only; write <mail.smtp."
                + name
                + ">");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, a b, 'a b' is no name of a host",
    "localaddress, 192.0.2.77, '192.0.2.77' is no address of this machine",
    "timeout, soon, 'soon' is no whole number of 0 or more",
    "writetimeout, -1, '-1' is no whole number of 0 or more",
    "connectiontimeout, 9999999999, '9999999999' is no whole number",
    "sendpartial, yes, '''yes'' is none of true, false'",
    "ssl.trust, a.test b.test, hosts cannot be trusted by name",
    "ssl.enable, true, <sslEnable> overrules it",
    "auth, true, 'a login needs <gateway>, <gatewayUsername>'",
    "ehlo, false, 'cannot be had from this delivery, which only does what ''true'''",
    "quitwait, false, cannot be had",
    "allow8bitmime, true, cannot be had",
    "reportsuccess, true, cannot be had",
    "sasl.enable, true, cannot be had",
  })
  void valueThatCannotBeHadShouldBeAProblem(String name, String value, String text)
      throws Exception {
    List<String> said = said(checked("mail.smtp." + name, value, false, false));
    assertThat(said).hasSize(1);
    assertThat(said.get(0)).startsWith("<mail.smtp." + name + ">: ").contains(text);
  }

  @ParameterizedTest
  @CsvSource({
    "mail.smtp.timout, <mail.smtp.timeout>",
    "mail.smtps.localhst, <mail.smtps.localhost>",
    "mail.smtp.ssl.checkServerIdentity, <mail.smtp.ssl.checkserveridentity>",
    "mail.smtp.auth.mechanisms, ''",
    "mail.smtp.dsn.notify, ''",
    "mail.smtp.ssl.socketFactory.class, ''",
    "mail.mime.charset, ''",
  })
  void otherPropertiesShouldBeRefusedByName(String element, String nearest) throws Exception {
    List<String> said = said(checked(element, "1", false, false));
    assertThat(said).hasSize(1);
    assertThat(said.get(0))
        .startsWith("<" + element + ">: mail does not leave by JavaMail")
        .endsWith(nearest.isEmpty() ? "this property" : "did you mean " + nearest + "?");
  }

  @Test
  void loginShouldAgreeWithItsProperties() throws Exception {
    assertThat(said(checked("mail.smtp.auth", "true", false, true))).isEmpty();
    assertThat(said(checked("mail.smtp.auth", "false", false, true)))
        .singleElement()
        .asString()
        .contains("the relay logs in");
    assertThat(said(checked("mail.smtp.starttls.required", "false", false, true)))
        .singleElement()
        .asString()
        .startsWith("warning: ")
        .contains("in clear");
    assertThat(said(checked("mail.smtp.starttls.required", "false", false, false))).isEmpty();
  }

  @Test
  void whatStockOverrulesShouldBeTold() throws Exception {
    assertThat(said(checked("mail.smtp.ssl.enable", "false", false, false))).isEmpty();
    assertThat(said(checked("mail.smtps.ssl.enable", "true", true, false))).isEmpty();
    assertThat(said(checked("mail.smtp.from", "a@b.test", false, false)))
        .containsExactly(
            "warning: <mail.smtp.from>: nothing reads it: the reverse-path is that of the mail");
    assertThat(said(checked("mail.debug", "false", false, false))).isEmpty();
    assertThat(said(checked("mail.debug", "true", false, false))).hasSize(1);
  }
}
