/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.posthouse.james.container.Chains.END;
import static org.posthouse.james.container.Chains.ERROR;
import static org.posthouse.james.container.Chains.build;
import static org.posthouse.james.container.Chains.mail;
import static org.posthouse.james.container.Chains.mailet;
import static org.posthouse.james.container.Chains.note;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.mail.MessagingException;
import javax.management.ObjectName;
import org.apache.james.core.MailAddress;
import org.apache.james.mailetcontainer.lib.AbstractStateMailetProcessor.MailetProcessorListener;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.Mail;
import org.apache.mailet.Mailet;
import org.apache.mailet.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthouse.james.message.RelayMessage;

class RelayProcessorsTest {
  @BeforeEach
  void forget() {
    Recorder.SEEN.get().clear();
    Recorder.MAILS.get().clear();
  }

  @Test
  void mailShouldRunThroughProcessorsInOrder() throws Exception {
    service(
        root(note("a") + to("next"))
            + "<processor state=\"next\">"
            + note("b")
            + END
            + "</processor>"
            + ERROR,
        mail("r@a.org"));
    assertThat(seen()).containsExactly("a [r@a.org]", "b [r@a.org]");
  }

  @Test
  void partialMatchShouldSplitWithoutCopyingTheBody() throws Exception {
    List<RelayMessage> messages = new ArrayList<>();
    MailImpl mail = mail("r@a.org", "q@b.org");
    RelayMessage original = (RelayMessage) mail.getMessage();
    String chain = mailet("RecipientDomainIs=a.org", "Note", "<as>a</as>") + note("both") + END;
    RelayProcessors container = build(root(chain) + ERROR);
    listenTo(container, () -> messages.add(message(Recorder.MAILS.get())));
    container.service(mail);
    assertThat(seen()).containsExactly("a [r@a.org]", "both [r@a.org]", "both [q@b.org]");
    assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    assertThat(messages).allMatch(m -> m != null).contains(original);
    assertThat(Recorder.MAILS.get()).allMatch(m -> message(List.of(m)) == null, "all disposed");
  }

  private static RelayMessage message(List<Mail> mails) {
    try {
      return (RelayMessage) mails.get(mails.size() - 1).getMessage();
    } catch (MessagingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void listenersShouldBeCalledAsInStock() throws Exception {
    List<String> events = new ArrayList<>();
    RelayProcessors container =
        build(
            root(
                    mailet("RecipientDomainIs=b.org", "Note", "")
                        + mailet("All", "Fail", "<onMailetException>ignore</onMailetException>")
                        + END)
                + ERROR);
    RelayProcessor root = (RelayProcessor) container.getProcessor("root");
    root.addListener(
        new MailetProcessorListener() {
          @Override
          public void afterMailet(Mailet m, String name, String state, long millis, Throwable e) {
            events.add("mailet " + m.getClass().getSimpleName() + " " + state + " " + (e != null));
          }

          @Override
          public void afterMatcher(
              Matcher m,
              String name,
              Collection<MailAddress> all,
              Collection<MailAddress> matched,
              long millis,
              Throwable e) {
            events.add("matcher " + all.size() + " " + matched);
          }
        });
    List<String> processors = new ArrayList<>();
    container.addListener((processor, name, millis, e) -> processors.add(name));
    container.service(mail("r@a.org"));
    assertThat(events)
        .containsExactly(
            "matcher 1 null",
            "matcher 1 [r@a.org]",
            "mailet Fail root true",
            "matcher 1 [r@a.org]",
            "mailet Null ghost false");
    assertThat(processors).containsExactly("m1");
  }

  @Test
  void mailAtTheEndOfAProcessorShouldGoToError() throws Exception {
    service(root(note("a")) + ERROR, mail("r@a.org"));
    assertThat(seen())
        .containsExactly(
            "a [r@a.org]",
            "error [r@a.org]",
            "The end of processor 'root' was reached: no mailet took the mail");
  }

  @Test
  void endOfTheErrorProcessorShouldDelete() throws Exception {
    MailImpl mail = mail("r@a.org");
    service(root(to("error")) + "<processor state=\"error\">" + note("e") + "</processor>", mail);
    assertThat(mail.getState()).isEqualTo(Mail.GHOST);
  }

  @Test
  void errorProcessorThatLeadsToAnEndShouldNotLoop() throws Exception {
    MailImpl mail = mail("r@a.org");
    assertThatThrownBy(
            () ->
                service(
                    root("") + "<processor state=\"error\">" + to("root") + "</processor>", mail))
        .isInstanceOf(MessagingException.class)
        .hasMessageContaining("'root', whose end was reached again");
    assertThat(mail.getState()).isEqualTo("root");
  }

  @Test
  void circleOfProcessorsShouldFail() throws Exception {
    assertThatThrownBy(
            () ->
                service(
                    root(to("b")) + "<processor state=\"b\">" + to("root") + "</processor>" + ERROR,
                    mail("r@a.org")))
        .hasMessageContaining("in a circle: [root, b, root, b, root, b]");
  }

  @Test
  void unknownStateShouldGoToError() throws Exception {
    MailImpl mail = mail("r@a.org");
    mail.setState("nowhere");
    service(root(END) + ERROR, mail);
    assertThat(seen()).contains("There is no processor 'nowhere'");
  }

  @Test
  void exceptionTargetsShouldBeFoundExactlyThenWithoutCase() throws Exception {
    String chain = mailet("All", "Fail", "<onMailetException>MYERRORS</onMailetException>");
    service(
        root(chain)
            + "<processor state=\"myErrors\">"
            + note("mine")
            + END
            + "</processor>"
            + ERROR,
        mail("r@a.org"));
    assertThat(seen()).containsExactly("mine [r@a.org]");
  }

  @Test
  void failedMatcherShouldFollowItsConfiguration() throws Exception {
    service(
        root(failingMatch("myErrors") + END)
            + "<processor state=\"myErrors\">"
            + note("mine")
            + END
            + "</processor>"
            + ERROR,
        mail("r@a.org"));
    service(root(failingMatch("NoMatch") + note("went on") + END) + ERROR, mail("r@a.org"));
    service(root(failingMatch("matchall") + END) + ERROR, mail("r@a.org"));
    assertThat(seen()).containsExactly("mine [r@a.org]", "went on [r@a.org]", "matched [r@a.org]");
    assertThatThrownBy(
            () -> service(root(failingMatch("propagate") + END) + ERROR, mail("r@a.org")))
        .hasStackTraceContaining("match failed on purpose");
  }

  private static String failingMatch(String reaction) {
    return mailet(
        Recorder.xml("FailMatch"),
        "Note",
        "<as>matched</as><onMatchException>" + reaction + "</onMatchException>");
  }

  @Test
  void escapedExceptionShouldTellTheBoundaryOnceAndPutTheMailBack() throws Exception {
    List<String> told = new ArrayList<>();
    String chain =
        "<mailet match=\"All\" class=\"SetMimeHeader\"><name>X</name><value>1</value></mailet>"
            + "<mailet match=\"All\" class=\"SetMailAttribute\"><unit>1</unit></mailet>"
            + mailet("RecipientDomainIs=a.org", "Note", "")
            + to("fails");
    RelayProcessors container =
        build(
            root(chain)
                + "<processor state=\"fails\">"
                + mailet("All", "Fail", "<onMailetException>propagate</onMailetException>")
                + "</processor>"
                + ERROR,
            (m, processing) -> {
              try {
                processing.run();
              } catch (MessagingException e) {
                told.add(m.getName() + " " + e.getMessage());
                throw e;
              }
            });
    MailImpl mail = mail("r@a.org", "q@b.org");
    mail.setAttribute(Attribute.convertToAttribute("kept", "yes"));
    assertThatThrownBy(() -> container.service(mail)).hasMessage("failed on purpose");
    assertThat(told).containsExactly("m1 failed on purpose");
    assertThat(mail.getState()).isEqualTo("root");
    assertThat(mail.getRecipients()).hasSize(2);
    assertThat(mail.attributeNames().map(n -> n.asString())).containsExactly("kept");
    assertThat(mail.getMessage().getHeader("X")).isNull();
    assertThat(mail.getMessage().getInputStream().readAllBytes()).hasSize(4);
  }

  @Test
  void stockMessagesShouldBecomeOurs() throws Exception {
    MailImpl mail = mail("r@a.org");
    mail.setMessage(mail.getMessage());
    List<String> subjects = new ArrayList<>();
    RelayProcessors container = build(root(note("a") + END) + ERROR);
    listenTo(container, () -> subjects.add(subject(Recorder.MAILS.get())));
    container.service(mail);
    assertThat(subjects).containsExactly("gr\u00fc\u00dfe");
  }

  private static String subject(List<Mail> mails) {
    try {
      return message(mails).getSubject();
    } catch (MessagingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void twoContainersShouldLiveAndDieWithoutJmx() throws Exception {
    RelayProcessors one = build(root(note("one") + END) + ERROR);
    RelayProcessors two = build(root(note("two") + END) + ERROR);
    one.service(mail("r@a.org"));
    assertThat(
            ManagementFactory.getPlatformMBeanServer()
                .queryNames(new ObjectName("org.apache.james:*"), null))
        .isEmpty();
    one.dispose();
    two.service(mail("r@a.org"));
    two.dispose();
    assertThat(seen()).containsExactly("one [r@a.org]", "two [r@a.org]");
  }

  private static void listenTo(RelayProcessors container, Runnable afterMailet) {
    ((RelayProcessor) container.getProcessor("root"))
        .addListener(
            new MailetProcessorListener() {
              @Override
              public void afterMailet(Mailet m, String n, String state, long millis, Throwable e) {
                if (!state.equals(Mail.GHOST)) {
                  afterMailet.run();
                }
              }

              @Override
              public void afterMatcher(
                  Matcher m,
                  String n,
                  Collection<MailAddress> r,
                  Collection<MailAddress> x,
                  long t,
                  Throwable e) {}
            });
  }

  private static void service(String processors, MailImpl mail) throws Exception {
    build(processors).service(mail);
  }

  private static String root(String mailets) {
    return "<processor state=\"root\" enableJmx=\"true\">" + mailets + "</processor>";
  }

  private static String to(String processor) {
    return "<mailet match=\"All\" class=\"ToProcessor\"><processor>"
        + processor
        + "</processor></mailet>";
  }

  private static List<String> seen() {
    return Recorder.SEEN.get();
  }
}
