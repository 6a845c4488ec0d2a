/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.google.common.collect.ImmutableListMultimap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.identity.Identity;
import org.posthouse.identity.rights.Decision.Outcome;

/** Everything that a rule can say, as a table of what is answered. */
class SenderRightsTest {
  private static final SenderRights OFFICE =
      Rules.of(
          """
          <rule name="printers" groups="all printers, scanners" networks="192.0.2.0/24 2001:db8::/32">
            <sender>scan@example.com, .devices.example.com</sender>
            <recipients>@example.com</recipients>
            <size>10 MiB</size>
            <extensions>none</extensions>
            <nullSender>false</nullSender>
          </rule>
          <rule name="shop" identities="shop">
            <sender>@shop.example, bounces+*@shop.example, /order-[0-9]+@mail[.]example/</sender>
            <from>@shop.example</from>
          </rule>
          <rule name="apps" identities="app-*"><sender>attribute:proxyAddresses</sender></rule>
          <rule name="people" identities="*"/>
          <rule name="local-programs" networks="127.0.0.0/8 ::1"><sender>any</sender></rule>
          <rule name="inbound"><sender>any</sender><recipients>@partner.example</recipients></rule>
          """);

  private static Client client(String who, String address) {
    Identity identity =
        switch (who) {
          case "-" -> null;
          case "printer" ->
              new Identity(
                  "p1", "test", Set.of("All Printers"), Set.of(), ImmutableListMultimap.of());
          case "app-1" ->
              new Identity(
                  "app-1",
                  "test",
                  Set.of(),
                  Set.of(),
                  ImmutableListMultimap.of(
                      "ProxyAddresses", "SMTP:app@example.com",
                      "ProxyAddresses", "smtp:App.Alias@example.com"));
          case "carol" -> Rules.who("carol", "Carol@example.com", "c.smith@example.org");
          default -> Rules.who(who);
        };
    return Rules.client(identity, address);
  }

  @ParameterizedTest
  @CsvSource({
    "printer, 192.0.2.9, printers",
    "printer, 2001:db8::9, printers",
    "printer, 198.51.100.9, people",
    "-, 192.0.2.9, inbound",
    "shop, 192.0.2.9, shop",
    "SHOP, 198.51.100.1, shop",
    "app-1, 198.51.100.1, apps",
    "app, 198.51.100.1, people",
    "carol, 127.0.0.1, people",
    "-, 127.8.8.8, local-programs",
    "-, ::1, local-programs",
    "-, 198.51.100.1, inbound",
  })
  void firstRuleThatNamesTheClientShouldHold(String who, String address, String rule) {
    assertThat(OFFICE.grant(client(who, address)).rule()).isEqualTo(rule);
  }

  @ParameterizedTest
  @CsvSource(
      emptyValue = "",
      value = {
        "printer, 192.0.2.9, scan@example.com, ",
        "printer, 192.0.2.9, SCAN@EXAMPLE.COM, ",
        "printer, 192.0.2.9, \"scan\"@example.com, ",
        "printer, 192.0.2.9, p1@home.example, 550 5.7.1",
        "printer, 192.0.2.9, x@a.devices.example.com, ",
        "printer, 192.0.2.9, x@b.a.devices.example.com, ",
        "printer, 192.0.2.9, x@devices.example.com, 550 5.7.1",
        "printer, 192.0.2.9, x@evildevices.example.com, 550 5.7.1",
        "printer, 192.0.2.9, '', 550 5.7.1",
        "shop, 192.0.2.9, anything@shop.example, ",
        "shop, 192.0.2.9, anything@www.shop.example, 550 5.7.1",
        "shop, 192.0.2.9, bounces+1=x@shop.example, ",
        "shop, 192.0.2.9, order-17@mail.example, ",
        "shop, 192.0.2.9, ORDER-17@mail.example, ",
        "shop, 192.0.2.9, order-17@mail.example.evil.example, 550 5.7.1",
        "shop, 192.0.2.9, \"order-17@mail.example\"@evil.example, 550 5.7.1",
        "shop, 192.0.2.9, order-@mail.example, 550 5.7.1",
        "shop, 192.0.2.9, order-17@mailxexample, 550 5.7.1",
        "shop, 192.0.2.9, '', ",
        "app-1, 192.0.2.9, app@example.com, ",
        "app-1, 192.0.2.9, app.alias@example.com, ",
        "app-1, 192.0.2.9, app-1@home.example, 550 5.7.1",
        "carol, 192.0.2.9, carol@example.com, ",
        "carol, 192.0.2.9, c.smith@example.org, ",
        "carol, 192.0.2.9, carol@home.example, 550 5.7.1",
        "carol, 192.0.2.9, carol@example.org, 550 5.7.1",
        "dave, 192.0.2.9, dave@home.example, ",
        "dave, 192.0.2.9, dave@example.com, 550 5.7.1",
        "dave, 192.0.2.9, dave+x@home.example, 550 5.7.1",
        "dave, 192.0.2.9, dave, 553 5.1.7",
        "dave, 192.0.2.9, d..ave@home.example, 553 5.1.7",
        "dave, 192.0.2.9, dave@home.example@evil.example, 553 5.1.7",
        "erin@example.net, 192.0.2.9, erin@example.net, ",
        "erin@example.net, 192.0.2.9, erin@home.example, 550 5.7.1",
        "-, 127.0.0.1, anybody@anywhere.example, ",
        "-, 127.0.0.1, '', ",
        "-, 198.51.100.1, anybody@anywhere.example, ",
      })
  void senderShouldBeDecidedAtMail(String who, String address, String sender, String reply) {
    Decision decision = OFFICE.grant(client(who, address)).mail(sender, 0, Set.of());
    assertReply(decision, reply);
  }

  @ParameterizedTest
  @CsvSource({
    "printer, 192.0.2.9, x@example.com, ",
    "printer, 192.0.2.9, x@sub.example.com, 550 5.7.1",
    "printer, 192.0.2.9, x@example.org, 550 5.7.1",
    "printer, 192.0.2.9, x%example.com@example.org, 550 5.7.1",
    "carol, 192.0.2.9, x@example.org, ",
    "-, 198.51.100.1, x@partner.example, ",
    "-, 198.51.100.1, x@example.org, 550 5.7.1",
    "-, 198.51.100.1, \"x@partner.example\"@example.org, 550 5.7.1",
    "-, 198.51.100.1, postmaster, 550 5.7.1",
  })
  void recipientShouldBeDecidedAtRcpt(String who, String address, String to, String reply) {
    assertReply(OFFICE.grant(client(who, address)).recipient(to), reply);
  }

  private static void assertReply(Decision decision, String reply) {
    assertThat(decision.refusal().map(Object::toString).orElse(""))
        .startsWith(Optional.ofNullable(reply).orElse(""));
    assertThat(decision.outcome())
        .isEqualTo(
            Optional.ofNullable(reply).orElse("").isEmpty() ? Outcome.ALLOWED : Outcome.REFUSED);
  }

  @Test
  void sizeAndExtensionsShouldBeThoseOfTheRule() {
    Grant printer = OFFICE.grant(client("printer", "192.0.2.9"));
    assertThat(printer.mail("scan@example.com", 10 << 20, Set.of()).goesOn()).isTrue();
    assertReply(printer.mail("scan@example.com", (10 << 20) + 1, Set.of()), "552 5.3.4");
    assertReply(printer.size((10 << 20) + 1), "552 5.3.4");
    assertReply(printer.mail("scan@example.com", 0, Set.of("DSN")), "555 5.5.4");
    assertThat(printer.mayUse("DSN")).isFalse();
    assertThat(printer.mayUse("PIPELINING")).as("no extension of mails").isTrue();
    Grant carol = OFFICE.grant(client("carol", "192.0.2.9"));
    assertThat(carol.mayUse("FUTURERELEASE")).isTrue();
    assertThat(carol.mail("carol@example.com", Long.MAX_VALUE, Set.of("DSN")).goesOn()).isTrue();
  }

  @Test
  void clientWithoutARuleShouldBeToldThatAtMail() {
    Grant nobody = Rules.of("<rule name='a' identities='alice'/>").grant(client("-", "192.0.2.9"));
    assertThat(nobody.mayRelay()).isFalse();
    assertThat(nobody.rule()).isEqualTo(SenderRights.NO_RULE);
    assertThat(nobody.mail("x@example.com", 0, Set.of()).refusal())
        .hasToString(
            "Optional[550 5.7.1 Relaying denied: no rule lets 192.0.2.9 send without a login]");
    assertReply(nobody.mail("", 0, Set.of()), "550 5.7.1");
    assertReply(nobody.recipient("postmaster"), "550 5.7.1");
    Grant bob = Rules.of("<rule name='a' identities='alice'/>").grant(client("bob", "::1"));
    assertThat(bob.mail("", 0, Set.of()).reason())
        .isEqualTo("5.7.1 Relaying denied: no rule lets bob send");
  }

  private static final SenderRights OURS =
      Rules.of(
          """
          <rule name="a" identities="alice"><recipients>@example.org</recipients></rule>
          <local>
            <address processor="postmaster">postmaster@home.example, /[a-z]+-loop@fbl[.]example/</address>
            <address forward="admin@example.net">abuse@example.com</address>
            <address processor="bounces-in">bounces+*@example.com, @srs.example.com</address>
          </local>
          """);

  @ParameterizedTest
  @CsvSource({
    "postmaster@home.example, postmaster",
    "POSTMASTER@HOME.example, postmaster",
    "PostMaster, postmaster",
    "\"postmaster\"@home.example, postmaster",
    "postmaster@example.com, ",
    "spam-loop@fbl.example, postmaster",
    "abuse@example.com, [admin@example.net]",
    "abuse, ",
    "bounces+17=x=example.org@example.com, bounces-in",
    "bounces@example.com, ",
    "bounces+x@example.com@evil.example, ",
    "\"bounces+x@example.com\"@evil.example, ",
    "\"bounces+x@evil.example\"@example.com, ",
    "bounces+%evil.example@example.com, bounces-in",
    "srs0=x=y=example.org=bob@srs.example.com, bounces-in",
    "x@a.srs.example.com, ",
    "evil.example!x@example.com, ",
  })
  void anyoneShouldWriteToLocalAddressesAndToNothingElse(String to, String target) {
    for (Client client :
        List.of(
            client("-", "192.0.2.9"), client("alice", "192.0.2.9"), client("bob", "192.0.2.9"))) {
      Decision decision = OURS.grant(client).recipient(to);
      assertThat(decision.goesOn()).isEqualTo(target != null);
      assertThat(decision.rule().equals(SenderRights.LOCAL)).isEqualTo(target != null);
    }
    assertThat(OURS.local().find(to).map(SenderRightsTest::target).orElse(null)).isEqualTo(target);
  }

  private static String target(LocalAddress address) {
    return Optional.ofNullable(address.processor()).orElseGet(() -> address.forward().toString());
  }

  @Test
  void strangerShouldBeHeardButAskNoFavours() {
    Grant stranger = OURS.grant(client("-", "192.0.2.9"));
    assertThat(stranger.mayRelay()).isFalse();
    assertReply(stranger.mail("ceo@bank.example", 0, Set.of("SMTPUTF8", "DSN")), "");
    assertReply(stranger.mail("", 0, Set.of()), "");
    assertReply(stranger.mail("", 0, Set.of("FUTURERELEASE")), "555 5.5.4");
    assertThat(stranger.mayUse("MT-PRIORITY")).isFalse();
    assertThat(stranger.checksHeader()).isFalse();
    assertThat(stranger.header(Originators.ambiguous("x")).goesOn()).isTrue();
    assertReply(stranger.recipient("x@example.org"), "550 5.7.1");
  }

  @ParameterizedTest
  @CsvSource({
    "refuse, REFUSED, ",
    "REFUSE, REFUSED, ",
    "refuse-after-data, REFUSED_AFTER_DATA, ",
    "rewrite, REWRITTEN, alice@example.com",
    "mark, MARKED, ",
  })
  void otherwiseShouldSayWhatBecomesOfAnotherSender(String kind, Outcome outcome, String detail) {
    Grant grant = Rules.alice("<otherwise>" + kind + "</otherwise>");
    Decision decision = grant.mail("bob@example.com", 0, Set.of());
    assertThat(decision.outcome()).isEqualTo(outcome);
    assertThat(decision.detail()).isEqualTo(detail);
    assertThat(decision.refusal().isPresent()).isEqualTo(outcome.name().startsWith("REFUSED"));
    Outcome atData = outcome == Outcome.REFUSED_AFTER_DATA ? Outcome.REFUSED : outcome;
    Decision header = grant.header(from(new Mailbox("", "bob@example.com")));
    assertThat(header.outcome()).isEqualTo(atData);
    assertThat(header.detail()).isEqualTo(detail);
    assertThat(grant.header(Originators.ambiguous("why")).outcome())
        .as("what nobody can read is not let through by a mark")
        .isEqualTo(Outcome.REFUSED);
  }

  @Test
  void rewriteShouldTakeTheGivenAddressAndRefuseWithoutAny() {
    Decision given =
        Rules.alice("<otherwise address='relay@example.com'>rewrite</otherwise>")
            .mail("bob@example.com", 0, Set.of());
    assertThat(given.detail()).isEqualTo("relay@example.com");
    Decision marked =
        Rules.alice("<otherwise header='X-Unverified'>mark</otherwise>")
            .mail("bob@example.com", 0, Set.of());
    assertThat(marked.detail()).isEqualTo("X-Unverified");
    Decision none =
        Rules.of(
                "<rule name='r' networks='192.0.2.0/24'><sender>@example.com, own</sender>"
                    + "<otherwise>rewrite</otherwise></rule>")
            .grant(client("-", "192.0.2.9"))
            .mail("bob@example.org", 0, Set.of());
    assertReply(none, "550 5.7.1");
  }

  private static Originators from(Mailbox... from) {
    return new Originators(Optional.empty(), List.of(from), Map.of());
  }

  @Test
  void fieldsThatAreCheckedByChoiceShouldBeHeldToFrom() {
    Originators others =
        new Originators(
            Optional.empty(),
            List.of(new Mailbox("", "alice@example.com")),
            Map.of(
                "sender", List.of(new Mailbox("", "ceo@bank.example")),
                "reply-to", List.of(new Mailbox("", "x@phish.example"))));
    assertReply(Rules.alice("").header(others), "");
    assertThat(Rules.alice("<alsoCheck>Sender</alsoCheck>").header(others).reason())
        .contains("<ceo@bank.example> (Sender)");
    assertThat(Rules.alice("<alsoCheck>reply-to</alsoCheck>").header(others).reason())
        .contains("<x@phish.example> (Reply-To)");
    assertThat(Rules.alice("<alsoCheck>Sender, Reply-To</alsoCheck>").alsoChecked())
        .containsExactlyInAnyOrder("sender", "reply-to");
  }

  @ParameterizedTest
  @CsvSource({
    "Alice, false",
    "'', false",
    "alice@example.com, false",
    "Alice (alice@EXAMPLE.com), false",
    "@alice, false",
    "alice @ work, false",
    "ceo@bank.example, true",
    "CEO <ceo@bank.example>, true",
    "ceo@bank.example via alice@example.com, true",
    "ceo\uff20bank.example, true",
    "ceo\ufe6bbank.example, true",
    "ceo@bank.example., true",
    "ceo\u200b@bank.example, true",
    "ceo (at) bank.example, true",
    "The CEO (ceo@bank.example), true",
    "ceo[AT]bank.example, true",
    "alice (at) example.com, false",
    "boss ((at)) bank.example, true",
    "boss ( {at} ) bank.example, true",
    "boss (at) 192.0.2.1, true",
    "boss @bank.example, true",
    "boss @ bank.example, true",
    "'\"boss\" \"@bank.example\"', true",
    "'\"boss\"@\"bank.example\"', true",
    "boss(@)bank.example, true",
    "boss @ b\u00fccher.example, true",
    "alice @ example.com, false",
    "'\"alice\" <@example.com>', false",
    "Meeting @ Noon, false",
    "Meeting @ 10.30, false",
    "Lunch @ Joe's. Bring cake, false",
    "@bank.example, false",
    "R&D (attention: x.example), false",
    "Alice (at) work, false",
    "=?utf-7?Q?ceo+AEA-bank.example?=, true",
    "\u202eelpmaxe.knab@oec, true",
    "Familie \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67, false",
  })
  void displayNameThatReadsLikeAnotherAddressShouldBeFound(String name, boolean misleads) {
    Originators header = from(new Mailbox(name, "alice@example.com"));
    assertReply(Rules.alice("").header(header), "");
    assertReply(
        Rules.alice("<displayNames>refuse</displayNames>").header(header),
        misleads ? "550 5.7.1" : "");
    Decision marked =
        Rules.alice("<displayNames header='X-Looks'>mark</displayNames>").header(header);
    assertThat(marked.outcome()).isEqualTo(misleads ? Outcome.MARKED : Outcome.ALLOWED);
    assertThat(marked.detail()).isEqualTo(misleads ? "X-Looks" : null);
  }

  @Test
  void aNameOfManyBracketsShouldBeReadAtOnce() {
    String brackets = "(<[{ \"".repeat(170);
    Originators header = from(new Mailbox(brackets + "at" + brackets + "@x", "alice@example.com"));
    assertTimeout(
        Duration.ofSeconds(2),
        () -> Rules.alice("<displayNames>refuse</displayNames>").header(header));
  }

  /** What is only marked must not pass where what is allowed does not. */
  @Test
  void addressThatIsMarkedShouldNotKeepANameFromBeingRefused() {
    Originators header = from(new Mailbox("boss@bank.example", "evil@bank.example"));
    assertReply(
        Rules.alice("<otherwise>mark</otherwise><displayNames>refuse</displayNames>")
            .header(header),
        "550 5.7.1");
    assertThat(Rules.alice("<otherwise>mark</otherwise>").header(header).outcome())
        .isEqualTo(Outcome.MARKED);
  }

  @Test
  void addressOfAnyLengthAndKindShouldLeaveAReplyThatFitsInALine() {
    Decision decision =
        Rules.alice("").mail("\"" + "\u00e9".repeat(250) + "\"@example.com", 0, Set.of());
    String reply = decision.refusal().orElseThrow().toString();
    assertThat(reply).matches("550 5\\.7\\.1 [ -~]*").hasSizeLessThan(400);
  }
}
