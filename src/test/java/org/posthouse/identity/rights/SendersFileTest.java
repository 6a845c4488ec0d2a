/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.config.Problem;
import org.posthouse.config.Settings;
import org.posthouse.identity.KnownNames;

/** What senders.xml may hold, and what is said of the rest. */
class SendersFileTest {
  private static final Known KNOWN =
      new Known(
          KnownNames.of(Set.of("alice", "bob", "app-1"), Set.of("printers")),
          Set.of("root", "postmaster", "error"),
          Set.of("relay.example"));

  @TempDir Path directory;

  @Test
  void shippedFileShouldBeWhatHoldsWithoutOne() throws Exception {
    Path file = Path.of("../conf/senders.xml");
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    Settings settings = new Settings(file, values);
    SenderRights written = SenderRights.read(settings, Known.NOTHING, "home.example");
    settings.check();
    assertThat(settings.warnings()).isEmpty();
    assertThat(written.local().isEmpty()).isTrue();
    assertThat(written.rules())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields(
            "line", "conditions.identities.patterns")
        .isEqualTo(SenderRights.shipped("home.example").rules());
  }

  private List<String> problems(String inner) {
    Settings settings = Rules.settings(inner);
    SenderRights unused = SenderRights.read(settings, KNOWN, "home.example");
    settings.end();
    return settings.problems().stream().map(Problem::toString).toList();
  }

  private List<String> warnings(String inner) {
    Settings settings = Rules.settings(inner);
    SenderRights unused = SenderRights.read(settings, KNOWN, "home.example");
    settings.end();
    assertThat(settings.problems()).isEmpty();
    return settings.warnings().stream().map(Problem::toString).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<rul/>|<rul>: there is no such setting; did you mean <rule>?",
        "<rule identities='alice'/>|it has no attribute name",
        "<rule name='a b' identities='alice'/>|'a b' is no name",
        "<rule name='none' identities='alice'/>|is the name of another, or of none",
        "<rule name='a' groups='printer'/>|there is no group 'printer'; did you mean 'printers'?",
        "<rule name='a'"
            + " identities='bob'><sender>@x.example</sender><otherwise>rewrite</otherwise></rule>|which"
            + " <sender> does not list",
        "<rule name='a' groups='printer'/>|there is no group 'printer'; did you mean 'printers'?",
        "<rule name='a' identities=''/>|attribute identities: it is empty",
        "<rule name='a' networks='192.0.2.1/24'/>|the network is 192.0.2.0/24",
        "<rule name='a' networks='192.0.2.0/33'/>|a number of bits, 0 to 32",
        "<rule name='a' networks='host.example'/>|'host.example' is neither an address nor a"
            + " network",
        "<rule name='a' network='192.0.2.0/24'/>|attribute network: there is no such attribute; did"
            + " you mean",
        "<rule name='a' identities='bob'><sender>example.com</sender></rule>|all of a domain are"
            + " @example.com",
        "<rule name='a' identities='bob'><sender>*@example.com</sender></rule>|all of a domain are"
            + " @example.com",
        "<rule name='a' identities='bob'><sender>a@*.example.com</sender></rule>|a * stands in a"
            + " local part only",
        "<rule name='a' identities='bob'><sender>@exa mple..com</sender></rule>|'mple..com' is no"
            + " address",
        "<rule name='a' identities='bob'><sender>@straße.example</sender></rule>|write its domain"
            + " as A-labels",
        "<rule name='a' identities='bob'><sender>/(/</sender></rule>|'/(/' is no pattern",
        "<rule name='a' identities='bob'><sender>/(?=x)y/</sender></rule>|is no pattern",
        "<rule name='a' identities='bob'><sender>/.*/</sender></rule>|matches every address; if it"
            + " is meant, write any",
        "<rule name='a' identities='bob'><sender>/.*@.*/</sender></rule>|matches every address",
        "<rule name='a' identities='bob'><sender>/[^@]+@[a-z0-9.-]+/</sender></rule>|matches every"
            + " address",
        "<local><address processor='postmaster'>a+*@example.com, .com</address></local>|this makes"
            + " an open relay: nobody has all domains below '.com'",
        "<local><address processor='postmaster'>.co.uk</address></local>|below '.co.uk'",
        "<rule name='a' identities='bob'><sender>/x</sender></rule>|it stands between two /",
        "<rule name='a' identities='bob'><sender>attribute:</sender></rule>|write the name of the"
            + " attribute",
        "<rule name='a' identities='bob'><sender/></rule>|<sender>: it is empty",
        "<rule name='a' identities='bob'><alsoCheck>To</alsoCheck></rule>|'To' is none of Sender,"
            + " Reply-To",
        "<rule name='a' identities='bob'><size>10</size></rule>|'10' is no size",
        "<rule name='a' identities='bob'><extensions>DNS</extensions></rule>|did you mean DSN?",
        "<rule name='a' identities='bob'><nullSender>maybe</nullSender></rule>|neither true nor"
            + " false",
        "<rule name='a' identities='bob'><otherwise>drop</otherwise></rule>|none of refuse,"
            + " refuse-after-data, rewrite, mark",
        "<rule name='a' identities='bob'><otherwise"
            + " address='x@y.example'>mark</otherwise></rule>|it is for rewrite only",
        "<rule name='a' identities='bob'><otherwise address='x'>rewrite</otherwise></rule>|'x' is"
            + " no address",
        "<rule name='a' identities='bob'><otherwise header='X: y'>mark</otherwise></rule>|no name"
            + " of a header field",
        "<rule name='a' identities='bob'><displayNames header='X'>refuse</displayNames></rule>|it"
            + " is for mark only",
        "<rule name='a' identities='bob'><otherwise header='From'>mark</otherwise></rule>|'From' is"
            + " a field that mail has already",
        "<rule name='a' identities='bob'><size>0 MB</size></rule>|it would let no message pass",
        "<rule name='a'/>|this makes an open relay",
        "<rule name='a' networks='0.0.0.0/0'/>|this makes an open relay",
        "<rule name='a' networks='192.0.2.0/24, ::/0'><sender>@example.com</sender></rule>|this"
            + " makes an open relay",
        "<local><address>a@example.com</address></local>|one of the attributes processor and"
            + " forward",
        "<local><address processor='root'>a@example.com</address></local>|would enter 'root' again"
            + " and again",
        "<local><address processor='postmastr'>a@example.com</address></local>|there is no"
            + " processor 'postmastr'; did you mean 'postmaster'?",
        "<local><address forward='x'>a@example.com</address></local>|'x' is no address",
        "<local><address forward='A@example.com'>a@example.com</address></local>|'A@example.com' is"
            + " a local address itself",
        "<local><address processor='error'>any</address></local>|the list is a closed one",
        "<local><address processor='error'></address></local>|it holds no address",
        "<local><address processor='error'>a@b.example</address><address"
            + " processor='error'>A@b.example</address></local>|'a@b.example' is written twice",
        "<local><address processor='error' forward='x@y.example'>a@b.example</address></local>|one"
            + " of the attributes",
      })
  void whatIsWrongShouldBeTold(String inner, String text) {
    assertThat(problems(inner)).anyMatch(problem -> problem.contains(text));
  }

  /** The rule would name everybody without what is misspelt. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<rule name='a' netwroks='192.0.2.0/24'/><rule name='b' identities='alice'/>",
        "<rule name='a'><recipient>@example.com</recipient></rule><rule name='b'"
            + " identities='alice'/>"
      })
  void nothingShouldBeSaidOfWhatFollowsFromAMisspeltName(String rules) {
    assertThat(problems(rules)).singleElement().asString().contains("did you mean");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<rule name='a' identities='alice'/><rule name='b' identities='alice'/>|'a'",
        "<rule name='a' identities='*'/><rule name='b' identities='alice'/>|'a'",
        "<rule name='a' identities='*'/><rule name='b' groups='printers'/>|'a'",
        "<rule name='a' identities='*'/><rule name='b' identities='app-*'/>|'a'",
        "<rule name='a' identities='app-*'/><rule name='b' identities='app-1'/>|'a'",
        "<rule name='a' identities='alice'/><rule name='b' identities='bob'/><rule name='c'"
            + " identities='bob alice'/>|'b', 'a'",
        "<rule name='a' networks='192.0.2.0/24'/><rule name='b' networks='192.0.2.128/25'"
            + " identities='bob'/>|'a'",
        "<rule name='a' networks='192.0.2.0/25'/><rule name='b' networks='192.0.2.128/25'/><rule"
            + " name='c' networks='192.0.2.9 192.0.2.200'/>|'a', 'b'",
        "<rule name='a'><recipients>@x.example</recipients></rule><rule name='b'"
            + " identities='bob'/>|'a'",
      })
  void ruleThatCanNeverApplyShouldBeTold(String inner, String by) {
    List<String> names = List.of(by.split(", ", -1));
    assertThat(problems(inner))
        .singleElement()
        .asString()
        .contains("it never applies")
        .contains(names);
  }

  @ParameterizedTest
  @CsvSource({
    "<rule name='a' identities='alice'/><rule name='b' identities='alice bob'/>",
    "<rule name='a' identities='alice' networks='192.0.2.0/24'/><rule name='b'"
        + " identities='alice'/>",
    "<rule name='a' groups='printers'/><rule name='b' identities='*'/>",
    "<rule name='a' identities='*'/><rule name='b'"
        + " networks='192.0.2.0/24'><sender>@x.example</sender></rule>",
    "<rule name='a' identities='app-1'/><rule name='b' identities='app-*'/>",
    "<rule name='a' networks='192.0.2.0/25'/><rule name='b' networks='192.0.2.0/24'/>",
  })
  void ruleThatAppliesToSomebodyShouldStand(String inner) {
    assertThat(problems(inner)).isEmpty();
  }

  @Test
  void whatIsDangerousOrVainShouldBeWarnedOf() {
    assertThat(warnings("<rule name='a' networks='192.0.2.0/24'><sender>any</sender></rule>"))
        .singleElement()
        .asString()
        .contains("may send as any domain, without a login");
    assertThat(warnings("<rule name='a' networks='127.0.0.0/8 ::1'><sender>any</sender></rule>"))
        .isEmpty();
    assertThat(warnings("<rule name='a' identities='bob'><sender>any</sender></rule>")).isEmpty();
    assertThat(warnings("<rule name='a' identities='web-*'/>"))
        .singleElement()
        .asString()
        .contains("there is no identity that 'web-*' names");
    assertThat(warnings("<rule name='a' networks='192.0.2.0/24'/>"))
        .singleElement()
        .asString()
        .contains("nobody has an address of his own");
    assertThat(warnings("")).singleElement().asString().contains("nobody may send");
    assertThat(
            warnings(
                "<rule name='a' identities='*'/><local><address forward='x@y.example'>@b.example"
                    + "</address></local>"))
        .singleElement()
        .asString()
        .contains("guessed addresses too");
  }

  @Test
  void problemsShouldStandWithTheirLines() throws Exception {
    Path file = directory.resolve("senders.xml");
    Files.writeString(
        file,
        "<senders>\n<rule name='a' identities='bob'>\n<sender>x</sender>\n</rule>\n<local>\n"
            + "<address processor='nowhere'>a@b.example</address>\n</local></senders>");
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    Settings settings = new Settings(file, values);
    SenderRights unused = SenderRights.read(settings, KNOWN, "home.example");
    assertThat(settings.complaint().orElseThrow())
        .contains("senders.xml cannot be used:", "line 3, <rule><sender>: 'x' is no address")
        .contains("line 6, <local><address>, attribute processor: there is no processor 'nowhere'");
  }
}
