/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.rrt.api.RecipientRewriteTable.ErrorMappingException;
import org.apache.james.rrt.api.RecipientRewriteTable.TooManyMappingException;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.james.rrt.lib.MappingsImpl;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.Notify;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetContext;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code localhost} is the domain that James' context takes for its own. */
class RecipientRewriteTableTest {
  private static final AttributeName ERROR = AttributeName.of("delivery-error");

  /** From recipients to what they are led to, or why not. */
  private final Map<String, Object> table = new HashMap<>();

  private final List<Mail> sent = new ArrayList<>();
  private String failure = "";

  private @Nullable Object context(String method, Object... arguments) throws Exception {
    if (method.equals("isLocalServer")) {
      return Domain.LOCALHOST.equals(arguments[0]);
    }
    assertThat(method).isEqualTo("sendMail");
    if (!failure.isEmpty()) {
      throw new MessagingException(failure);
    }
    Mail copy = ((Mail) arguments[0]).duplicate();
    copy.setState((String) arguments[1]);
    sent.add(copy);
    return null;
  }

  private Object answer(String method, Object... arguments) throws Exception {
    assertThat(method).isEqualTo("getResolvedMappings");
    Object found = table.get(arguments[0] + "@" + ((Domain) arguments[1]).asString());
    if (found instanceof Exception e) {
      throw e;
    }
    return found == null
        ? MappingsImpl.empty()
        : MappingsImpl.fromRawString(((String) found).replace(" ", ";"));
  }

  private void serve(Mail mail, String... parameters) throws Exception {
    FakeMailetConfig.Builder config =
        FakeMailetConfig.builder()
            .mailetName("M")
            .mailetContext(stub(MailetContext.class, this::context));
    for (int i = 0; i < parameters.length; i += 2) {
      config.setProperty(parameters[i], parameters[i + 1]);
    }
    RecipientRewriteTable mailet =
        new RecipientRewriteTable(
            stub(org.apache.james.rrt.api.RecipientRewriteTable.class, this::answer),
            stub(DomainList.class, (method, arguments) -> Domain.LOCALHOST));
    mailet.init(config.build());
    mailet.service(mail);
  }

  private interface Answer {
    @Nullable Object to(String method, Object... arguments) throws Exception;
  }

  private static <T> T stub(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answer.to(method.getName(), arguments)));
  }

  private static MailImpl mail(String... recipients) throws Exception {
    return Mailets.mail("Subject: s\r\n\r\nx\r\n", "s@remote.example", recipients);
  }

  private static MailImpl with(MailImpl mail, Map<String, Notify> wanted) throws Exception {
    ImmutableMap.Builder<MailAddress, RecipientDsnParameters> all = ImmutableMap.builder();
    for (Map.Entry<String, Notify> each : wanted.entrySet()) {
      all.put(
          new MailAddress(each.getKey()), RecipientDsnParameters.of(EnumSet.of(each.getValue())));
    }
    mail.setDsnParameters(
        DsnParameters.of(Optional.of(DsnParameters.EnvId.of("e")), Optional.empty(), all.build())
            .orElseThrow());
    return mail;
  }

  private static Map<String, String> wanted(Mail mail) {
    Map<String, String> all = new HashMap<>();
    mail.dsnParameters()
        .orElseThrow()
        .getRcptParameters()
        .forEach(
            (to, said) ->
                all.put(
                    to.asString(),
                    said.getNotifyParameter().map(Object::toString).orElse("-")
                        + said.getOrcptParameter().map(MailAddress::asString).orElse("-")));
    return all;
  }

  private static List<String> recipients(Mail mail) {
    return mail.getRecipients().stream().map(MailAddress::asString).toList();
  }

  @Test
  void mailThatNoMappingIsForShouldStayAsItIs() throws Exception {
    MailImpl mail = mail("a@localhost", "b@remote.example");
    serve(mail);
    assertThat(recipients(mail)).containsExactly("a@localhost", "b@remote.example");
    assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
    assertThat(mail.dsnParameters()).isEmpty();
    assertThat(sent).isEmpty();
  }

  @Test
  void ownAddressesShouldStayInTheMailAndOthersBeOneMailMore() throws Exception {
    table.put("sales@localhost", "ann@localhost ben@remote.example cid@other.example");
    table.put("root@localhost", "dan@remote.example");
    MailImpl mail = mail("sales@localhost", "x@remote.example", "root@localhost");
    mail.setAttribute(new Attribute(AttributeName.of("k"), AttributeValue.of("v")));
    serve(mail);
    assertThat(recipients(mail)).containsExactly("ann@localhost", "x@remote.example");
    assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
    assertThat(sent).hasSize(1);
    assertThat(recipients(sent.get(0)))
        .containsExactlyInAnyOrder("ben@remote.example", "cid@other.example", "dan@remote.example");
    assertThat(sent.get(0).getState()).isEqualTo(Mail.DEFAULT);
    assertThat(sent.get(0).getAttribute(AttributeName.of("k"))).isPresent();
  }

  @Test
  void whoIsMappedToHimselfAndOthersShouldKeepTheMail() throws Exception {
    table.put("a@remote.example", "b@remote.example a@remote.example c@localhost");
    MailImpl mail = mail("a@remote.example");
    serve(mail);
    assertThat(recipients(mail)).containsExactly("a@remote.example", "c@localhost");
    assertThat(recipients(sent.get(0))).containsExactly("b@remote.example");
  }

  @Test
  void whereAMappingHasLedShouldNotBeLookedUpAgain() throws Exception {
    table.put("a@localhost", "b@remote.example");
    table.put("b@remote.example", "a@localhost");
    serve(mail("a@localhost"));
    Mail second = sent.remove(0);
    serve(second);
    assertThat(recipients(second)).containsExactly("b@remote.example");
    assertThat(sent).isEmpty();
  }

  /** Where something else, as a forward of the server, leads back. */
  @Test
  void whoHasBeenLedOnceShouldNotBeLedAgain() throws Exception {
    table.put("a@remote.example", "b@remote.example");
    serve(mail("a@remote.example"));
    Mail back = sent.remove(0);
    back.setRecipients(List.of(new MailAddress("a@remote.example")));
    serve(back, "errorProcessor", "bounces");
    assertThat(sent).singleElement().extracting(Mail::getState).isEqualTo("bounces");
    assertThat(sent.get(0).getErrorMessage()).startsWith("5.4.6");
  }

  @ParameterizedTest
  @CsvSource({
    "NEVER, FAILURE, [FAILURE]",
    "SUCCESS, DELAY, '[SUCCESS, DELAY]'",
    "NEVER, NEVER, [NEVER]",
    "NEVER, , '[FAILURE, DELAY]'",
    ", , -",
  })
  void whoBecomeOneShouldBeReportedAsAnyOfThemIsWantedToBe(Notify one, Notify other, String united)
      throws Exception {
    table.put("a@localhost", "c@remote.example");
    table.put("b@localhost", "c@remote.example");
    Map<String, Notify> wanted = new HashMap<>();
    if (one != null) {
      wanted.put("a@localhost", one);
    }
    if (other != null) {
      wanted.put("b@localhost", other);
    }
    serve(with(mail("a@localhost", "b@localhost"), wanted));
    assertThat(wanted(sent.get(0))).isEqualTo(Map.of("c@remote.example", united + "a@localhost"));
  }

  @Test
  void mailThatHasLeftWholeShouldEnd() throws Exception {
    table.put("root@localhost", "dan@remote.example");
    MailImpl mail = mail("root@localhost");
    serve(mail);
    assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    assertThat(recipients(sent.get(0))).containsExactly("dan@remote.example");
  }

  @Test
  void whatTheSenderWantsToHearShouldGoAlong() throws Exception {
    table.put("a@localhost", "a2@remote.example a3@localhost");
    table.put("b@localhost", "b2@remote.example");
    MailImpl mail =
        with(
            mail("a@localhost", "b@localhost", "c@remote.example"),
            Map.of(
                "a@localhost", Notify.NEVER,
                "b@localhost", Notify.SUCCESS,
                "c@remote.example", Notify.DELAY));
    serve(mail);
    assertThat(wanted(mail))
        .isEqualTo(Map.of("a3@localhost", "[NEVER]a@localhost", "c@remote.example", "[DELAY]-"));
    assertThat(wanted(sent.get(0)))
        .isEqualTo(
            Map.of(
                "a2@remote.example", "[NEVER]a@localhost",
                "b2@remote.example", "[SUCCESS]b@localhost"));
    assertThat(sent.get(0).dsnParameters().orElseThrow().getEnvIdParameter()).isPresent();
  }

  @Test
  void whoHasTheMailAnywayShouldGetItOnceAndHisWishesCount() throws Exception {
    table.put("a@localhost", "c@remote.example");
    table.put("b@localhost", "d@localhost");
    MailImpl mail =
        with(
            mail("c@remote.example", "a@localhost", "d@localhost", "b@localhost"),
            Map.of(
                "c@remote.example", Notify.FAILURE,
                "d@localhost", Notify.DELAY,
                "a@localhost", Notify.NEVER,
                "b@localhost", Notify.NEVER));
    serve(mail);
    assertThat(sent).isEmpty();
    assertThat(recipients(mail)).containsExactly("c@remote.example", "d@localhost");
    assertThat(wanted(mail))
        .isEqualTo(
            Map.of(
                "c@remote.example", "[FAILURE]a@localhost", "d@localhost", "[DELAY]b@localhost"));
  }

  @Test
  void recipientsThatAreLedNowhereShouldLeaveAMailForEachReason() throws Exception {
    table.put("round@localhost", new TooManyMappingException("554 Too many"));
    table.put("gone@localhost", new ErrorMappingException("550 5.1.6 She has moved"));
    table.put("bad@localhost", new RecipientRewriteTableException("what is that"));
    table.put("wrong@localhost", "x@@y");
    MailImpl mail =
        with(
            mail(
                "round@localhost",
                "gone@localhost",
                "bad@localhost",
                "a@localhost",
                "wrong@localhost"),
            Map.of("gone@localhost", Notify.NEVER));
    mail.setErrorMessage("before");
    mail.setAttribute(new Attribute(ERROR, AttributeValue.of("earlier")));
    serve(mail, "errorProcessor", "bounces");
    assertThat(recipients(mail)).containsExactly("a@localhost");
    assertThat(mail.getErrorMessage()).isEqualTo("before");
    assertThat(AttributeUtils.getValueAndCastFromMail(mail, ERROR, String.class))
        .contains("earlier");
    assertThat(sent)
        .extracting(
            each ->
                String.join(",", recipients(each))
                    + " "
                    + each.getState()
                    + " "
                    + AttributeUtils.getValueAndCastFromMail(each, ERROR, String.class).orElse("-"))
        .containsExactly(
            "round@localhost bounces 5.4.6 the recipient is mapped in a circle, or too many times",
            "gone@localhost bounces 550 5.1.6 She has moved",
            "bad@localhost bounces 5.3.5 what is that",
            "wrong@localhost bounces 5.3.5 a mapping leads to 'x@@y', which is no address");
    assertThat(sent.get(1).getErrorMessage()).isEqualTo("550 5.1.6 She has moved");
    assertThat(wanted(sent.get(1))).isEqualTo(Map.of("gone@localhost", "[NEVER]-"));
  }

  /** Stock's logs it and forgets the mail. */
  @ParameterizedTest
  @CsvSource({"a@localhost", "round@localhost"})
  void mailThatCannotBeSentShouldNotBeLost(String recipient) throws Exception {
    table.put("a@localhost", "b@remote.example");
    table.put("round@localhost", new TooManyMappingException("554 Too many"));
    failure = "the disk is full";
    MailImpl mail = mail(recipient, "c@remote.example");
    assertThatThrownBy(() -> serve(mail)).hasMessage(failure);
    assertThat(recipients(mail)).containsExactly(recipient, "c@remote.example");
    assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
  }

  @Test
  void targetWithoutADomainShouldBeInTheDefaultDomain() throws Exception {
    table.put("a@localhost", "b");
    MailImpl mail = mail("a@localhost");
    serve(mail);
    assertThat(recipients(mail)).containsExactly("b@localhost");
  }

  @Test
  void unknownParameterShouldBeRefused() throws Exception {
    MailImpl mail = mail("a@localhost");
    assertThatThrownBy(() -> serve(mail, "errorProcesor", "x"))
        .hasMessageContaining("errorProcessor");
  }
}
