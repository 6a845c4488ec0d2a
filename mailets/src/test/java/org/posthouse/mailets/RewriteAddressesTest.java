/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.Notify;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.Mail;
import org.apache.mailet.PerRecipientHeaders.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewriteAddressesTest {
  private static final String MESSAGE =
      """
          From: Ann <ann@in.example>
          To: bob@in.example, "x, ann@in.example" <c@out.example>
          Subject: ann@in.example
          X-From: ann@in.example

          ann@in.example
          """
          .replace("\n", "\r\n");

  @TempDir Path directory;

  @Test
  void canonicalShouldRewriteAllFourClasses() throws Exception {
    MailImpl mail = Mailets.mail(MESSAGE, "ann@in.example", "bob@in.example", "c@out.example");
    init("canonical", "@in.example @example.com").service(mail);
    assertThat(mail.getMaybeSender().asString()).isEqualTo("ann@example.com");
    assertThat(mail.getRecipients())
        .containsExactly(new MailAddress("bob@example.com"), new MailAddress("c@out.example"));
    assertThat(Messages.written(mail.getMessage()))
        .asString() // stock adds fields on top when it writes
        .endsWith(
            MESSAGE
                .replace("<ann@in.example>", "<ann@example.com>")
                .replace("bob@in.example", "bob@example.com"));
  }

  @Test
  void tablesShouldBeAppliedInPostfixOrder() throws Exception {
    MailImpl mail = Mailets.mail(MESSAGE, "ann@in.example", "bob@in.example");
    init(
            "generic", "c@h.example d@h.example\nd@h.example e@h.example",
            "senderCanonical", "ann@in.example b@in.example",
            "canonical", "b@in.example c@w.h.example",
            "masqueradeDomains", "h.example")
        .service(mail);
    assertThat(mail.getMaybeSender().asString()).isEqualTo("d@h.example");
    assertThat(Mailets.header(mail)).contains("From: Ann <d@h.example>\r\n", "To: bob@in.example,");
  }

  @Test
  void classesShouldChooseWhatIsRewritten() throws Exception {
    MailImpl mail = Mailets.mail(MESSAGE, "ann@in.example", "bob@in.example");
    init(
            "canonical", "@in.example @x.example",
            "canonicalClasses", "envelope_recipient, header_sender")
        .service(mail);
    assertThat(mail.getMaybeSender().asString()).isEqualTo("ann@in.example");
    assertThat(mail.getRecipients()).containsExactly(new MailAddress("bob@x.example"));
    assertThat(Mailets.header(mail))
        .contains("From: Ann <ann@x.example>\r\n", "To: bob@in.example,");
  }

  @Test
  void masqueradeShouldLeaveEnvelopeRecipientsByDefault() throws Exception {
    MailImpl mail = Mailets.mail(MESSAGE, "ann@in.example", "bob@in.example");
    init("masqueradeDomains", "example", "masqueradeExceptions", "Bob").service(mail);
    assertThat(mail.getMaybeSender().asString()).isEqualTo("ann@example");
    assertThat(mail.getRecipients()).containsExactly(new MailAddress("bob@in.example"));
    assertThat(Mailets.header(mail)).contains("<ann@example>", "bob@in.example,", "<c@example>");
  }

  @Test
  void nullSenderShouldStay() throws Exception {
    MailImpl mail = Mailets.mail("From: <>\r\n\r\n", "", "bob@in.example");
    init("canonical", "/.*/ x@y.example\n@in.example x@y.example").service(mail);
    assertThat(mail.getMaybeSender().isNullSender()).isTrue();
    assertThat(Mailets.header(mail)).isEqualTo("From: <>\r\n");
    assertThat(mail.getRecipients()).containsExactly(new MailAddress("x@y.example"));
  }

  @Test
  void whatWasSaidOfARecipientShouldFollowIt() throws Exception {
    MailAddress bob = new MailAddress("bob@in.example");
    MailAddress two = new MailAddress("two@in.example");
    MailAddress out = new MailAddress("c@out.example");
    MailImpl mail =
        Mailets.mail(MESSAGE, "s@x.example", "bob@in.example", "two@in.example", "c@out.example");
    mail.addSpecificHeaderForRecipient(Header.builder().name("X-For").value("bob").build(), bob);
    mail.setDsnParameters(
        DsnParameters.of(
                Optional.empty(),
                Optional.of(DsnParameters.Ret.HDRS),
                ImmutableMap.of(
                    bob, RecipientDsnParameters.of(EnumSet.of(Notify.NEVER)),
                    two, RecipientDsnParameters.of(new MailAddress("first@in.example")),
                    out, RecipientDsnParameters.of(EnumSet.of(Notify.DELAY))))
            .orElseThrow());
    init("canonical", "@in.example @x.example").service(mail);
    DsnParameters dsn = mail.dsnParameters().orElseThrow();
    assertThat(dsn.getRetParameter()).contains(DsnParameters.Ret.HDRS);
    assertThat(dsn.getRcptParameters())
        .containsOnly(
            Map.entry(
                new MailAddress("bob@x.example"),
                RecipientDsnParameters.of(Optional.of(EnumSet.of(Notify.NEVER)), Optional.of(bob))
                    .orElseThrow()),
            Map.entry(
                new MailAddress("two@x.example"),
                RecipientDsnParameters.of(new MailAddress("first@in.example"))),
            Map.entry(out, RecipientDsnParameters.of(EnumSet.of(Notify.DELAY))));
    assertThat(
            mail.getPerRecipientSpecificHeaders()
                .getHeadersForRecipient(new MailAddress("bob@x.example")))
        .hasSize(1);
  }

  @Test
  void originalRecipientShouldBeKeptWithoutDsnParametersToo() throws Exception {
    MailImpl mail = Mailets.mail(MESSAGE, "s@x.example", "bob@in.example", "c@out.example");
    mail.setAttribute(
        new Attribute(
            AttributeName.of("org.posthouse.orcpt"),
            AttributeValue.of(Map.of("bob@in.example", AttributeValue.of("utf-8;b\\x{F6}b@in")))));
    init("canonical", "@in.example @x.example").service(mail);
    assertThat(mail.dsnParameters().orElseThrow().getRcptParameters())
        .containsOnly(
            Map.entry(
                new MailAddress("bob@x.example"),
                RecipientDsnParameters.of(new MailAddress("bob@in.example"))));
    assertThat(mail.getAttribute(AttributeName.of("org.posthouse.orcpt")).orElseThrow().toString())
        .contains("bob@x.example", "utf-8;")
        .doesNotContain("bob@in.example");
  }

  /** A plus sign begins an escape in ORCPT (RFC 3461 section 4): hosts refuse one that does not. */
  @ParameterizedTest
  @CsvSource({
    "bob+tag@in.example, bob+2Btag@in.example",
    "bob=x@in.example, bob+3Dx@in.example",
    "'\"b ob\"@in.example', '\"b+20ob\"@in.example'",
  })
  void originalRecipientShouldBeXtext(String recipient, String original) throws Exception {
    MailImpl mail = Mailets.mail(MESSAGE, "s@x.example", recipient);
    init("canonical", "@in.example c@x.example").service(mail);
    assertThat(
            mail.dsnParameters().orElseThrow().getRcptParameters().values().stream()
                .flatMap(each -> each.getOrcptParameter().stream())
                .map(MailAddress::asString))
        .containsExactly(original);
  }

  @Test
  void recipientsThatBecomeEqualShouldBeOne() throws Exception {
    MailImpl mail =
        Mailets.mail(MESSAGE, "s@x.example", "a@in.example", "b@in.example", "c@x.example");
    init("recipientCanonical", "@in.example c@X.example").service(mail);
    assertThat(mail.getRecipients()).containsExactly(new MailAddress("c@x.example"));
  }

  @Test
  void nothingShouldBeWrittenWhenNothingChanges() throws Exception {
    Mail mail = Mailets.fakeMail(MESSAGE);
    CountingMessage message = new CountingMessage(MESSAGE);
    mail.setMessage(message);
    init("canonical", "@none.example @x.example").service(mail);
    assertThat(message.edits()).isZero();
    assertThat(mail.dsnParameters()).isEmpty();
    init("canonical", "@in.example @x.example", "canonicalClasses", "header_sender").service(mail);
    assertThat(message.edits()).isOne();
  }

  @Test
  void plainMessageOfJavaMailShouldBeRewrittenToo() throws Exception {
    Mail mail = Mailets.fakeMail(MESSAGE);
    init("recipientCanonical", "@remote.example @x.example\n@in.example @x.example").service(mail);
    assertThat(Messages.written(mail.getMessage()))
        .asString()
        .isEqualTo(MESSAGE.replace("bob@in.example", "bob@x.example"));
    assertThat(mail.getRecipients()).containsExactly(new MailAddress("r@x.example"));
  }

  @Test
  void mailWhoseSenderCannotBeSetShouldStayAsItIs() throws Exception {
    Mail mail = Mailets.fakeMail(MESSAGE);
    RewriteAddresses mailet = init("canonical", "@example.com @x\n@in.example @x");
    assertThatThrownBy(() -> mailet.service(mail))
        .hasMessageContaining("the reverse-path of a ")
        .hasMessageContaining("FakeMail cannot be changed");
    assertThat(Messages.written(mail.getMessage())).asString().isEqualTo(MESSAGE);
    assertThat(mail.getRecipients()).containsExactly(new MailAddress("r@remote.example"));
  }

  @Test
  void fieldThatCannotBeReadShouldKeepTheWholeHeaderAsItCame() throws Exception {
    for (String text :
        List.of(
            "From: ann@in.example\r\nTo: <bob@in.example\r\n\r\n",
            "From: A <ann@in.example> trailing junk\r\nTo: bob@in.example\r\n\r\n",
            "Cc: bob@in.example\r\nTo: bob@in.example bob@in.example\r\n\r\n")) {
      MailImpl mail = Mailets.mail(text, "ann@in.example", "bob@in.example");
      init("canonical", "@in.example @x.example").service(mail);
      assertThat(Messages.written(mail.getMessage())).asString().isEqualTo(text);
      assertThat(mail.getState()).isNotEqualTo(Mail.ERROR);
      assertThat(mail.getErrorMessage()).isNull();
      assertThat(mail.getMaybeSender().asString()).isEqualTo("ann@x.example");
      assertThat(mail.getRecipients()).containsExactly(new MailAddress("bob@x.example"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Please pay\r\nFrom: ann@in.example\r\nTo: bob@in.example\r\n",
        "From jdoe Mon Nov 30 12:00:00 2026\r\nTo: bob@in.example\r\n",
        "From: ann@in.example\r\nTo: bob@in.example\r\n: pay\r\n"
      })
  void headerWithALineThatIsNoFieldShouldStayOrGoToTheProcessor(String header) throws Exception {
    String text = header + "\r\nbody\r\n";
    MailImpl left = Mailets.mail(text, "s@in.example", "r@remote.example");
    init("canonical", "@in.example @x.example").service(left);
    assertThat(Messages.written(left.getMessage())).asString().isEqualTo(text);
    assertThat(left.getState()).isNotEqualTo(Mail.ERROR);
    assertThat(left.getMaybeSender().asString()).isEqualTo("s@x.example");

    MailImpl odd = Mailets.mail(text, "s@in.example", "r@remote.example");
    init("canonical", "@in.example @x.example", "unparsable", "error").service(odd);
    assertThat(Messages.written(odd.getMessage())).asString().isEqualTo(text);
    assertThat(odd.getState()).isEqualTo(Mail.ERROR);
    assertThat(odd.getErrorMessage())
        .matches("RewriteAddresses: line [13] of the header is no field");
    assertThat(odd.getMaybeSender().asString()).isEqualTo("s@in.example");
  }

  @Test
  void headerThatIsNotToBeRewrittenMayHaveAnyLine() throws Exception {
    String text = "Please pay\r\nFrom: s@in.example\r\n\r\nbody\r\n";
    MailImpl mail = Mailets.mail(text, "s@in.example", "r@remote.example");
    init(
            "generic", "@in.example @x.example",
            "genericClasses", "envelope_sender",
            "unparsable", "error")
        .service(mail);
    assertThat(mail.getState()).isNotEqualTo(Mail.ERROR);
    assertThat(mail.getMaybeSender().asString()).isEqualTo("s@x.example");
  }

  @Test
  void fieldThatIsNotToBeRewrittenNeedNotBeReadable() throws Exception {
    String text = "From: A <ann@in.example> junk\r\nTo: bob@in.example\r\n\r\n";
    MailImpl mail = Mailets.mail(text, "ann@in.example", "bob@in.example");
    init("canonical", "@in.example @x.example", "canonicalClasses", "header_recipient")
        .service(mail);
    assertThat(Mailets.header(mail))
        .isEqualTo("From: A <ann@in.example> junk\r\nTo: bob@x.example\r\n");
  }

  @Test
  void mailThatCannotBeReadShouldGoToTheProcessorUnchangedByChoice() throws Exception {
    String text = "From: ann@in.example\r\nTo: <bob@in.example\r\n\r\n";
    MailImpl mail = Mailets.mail(text, "ann@in.example", "bob@in.example");
    init("canonical", "@in.example @x.example", "unparsable", "error", "processor", "odd")
        .service(mail);
    assertThat(mail.getState()).isEqualTo("odd");
    assertThat(mail.getErrorMessage()).isEqualTo("RewriteAddresses: To (a < without its >)");
    assertThat(mail.getMaybeSender().asString()).isEqualTo("ann@in.example");
    assertThat(mail.getRecipients()).containsExactly(new MailAddress("bob@in.example"));
    assertThat(Messages.written(mail.getMessage())).asString().isEqualTo(text);
  }

  @Test
  void fileShouldBeReadFromWhereTheParameterSays() throws Exception {
    Path file = Files.writeString(directory.resolve("generic"), "@in.example\n   @x.example\n");
    MailImpl mail = Mailets.mail(MESSAGE, "ann@in.example", "bob@in.example");
    init("generic", file.toString()).service(mail);
    assertThat(mail.getMaybeSender().asString()).isEqualTo("ann@x.example");
  }

  @Test
  void chosenHeadersShouldReplaceTheDefault() throws Exception {
    MailImpl mail = Mailets.mail(MESSAGE, "ann@in.example", "bob@in.example");
    init("canonical", "@in.example @x.example", "senderHeaders", "X-From").service(mail);
    assertThat(Mailets.header(mail))
        .contains("\r\nX-From: ann@x.example\r\n", "From: Ann <ann@in.example>", "bob@x.example");
  }

  @Test
  void optionsShouldReachTheTables() throws Exception {
    MailImpl mail = Mailets.mail(MESSAGE, "ann-tag@in.example", "bob@in.example");
    init(
            "canonical", "ann eve\neve@origin.example zoe@z.example",
            "localDomains", "in.example",
            "origin", "origin.example",
            "recipientDelimiter", "-",
            "propagateUnmatchedExtensions", "none",
            "recursion", "3")
        .service(mail);
    assertThat(mail.getMaybeSender().asString()).isEqualTo("zoe@z.example");
  }

  @Test
  void allThatIsWrongWithTablesShouldBeToldAtOnce() throws Exception {
    Path file = Files.writeString(directory.resolve("table"), "a@b\n/(/ c@d\n");
    assertThatThrownBy(
            () ->
                init(
                    "canonical",
                    file.toString(),
                    "generic",
                    "a@b c@d e@f",
                    "senderCanonical",
                    directory + "/none",
                    "masqueradeDomains",
                    "a b, ,!"))
        .hasMessageContaining("mailet RewriteAddresses: ")
        .hasMessageContaining("table, line 1: ")
        .hasMessageContaining("table, line 2: ")
        .hasMessageContaining("<generic>, line 1: ")
        .hasMessageContaining("<senderCanonical> " + directory + "/none cannot be read")
        .hasMessageContaining("<masqueradeDomains> '' is no domain");
  }

  @Test
  void wrongParametersShouldBeRefused() {
    assertThatThrownBy(() -> init("cannonical", "a@b c@d"))
        .hasMessageContaining("did you mean <canonical>?");
    assertThatThrownBy(() -> init("canonical", "a@b c@d", "canonicalClasses", "header_sendr"))
        .hasMessageContaining("<canonicalClasses>")
        .hasMessageContaining("did you mean 'header_sender'?");
    assertThatThrownBy(() -> init("canonical", "hash:/etc/postfix/canonical"))
        .hasMessageContaining("leave out 'hash:'");
    assertThatThrownBy(() -> init("unparsable", "leave"))
        .hasMessageContaining("none of the tables is given");
    assertThatThrownBy(() -> init("canonical", "a@b c@d", "unparsable", "lose"))
        .hasMessageContaining("<unparsable>");
    assertThatThrownBy(() -> init("canonical", "a@b c@d", "recursion", "101"))
        .hasMessageContaining("<recursion> is at most 100");
  }

  private static RewriteAddresses init(String... parameters) throws Exception {
    return Mailets.init(new RewriteAddresses(TestFiles.NONE), parameters);
  }
}
