/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.posthouse.james.container.Chains.END;
import static org.posthouse.james.container.Chains.ERROR;
import static org.posthouse.james.container.Chains.mail;
import static org.posthouse.james.container.Chains.mailet;
import static org.posthouse.james.container.Chains.note;

import com.google.common.net.InetAddresses;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.mailrepository.api.MailRepository;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.Notify;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthouse.identity.Identity;
import org.posthouse.identity.rights.Client;
import org.posthouse.identity.rights.LocalAddresses;
import org.posthouse.identity.rights.RelayRight;
import org.posthouse.identity.rights.RelayRight.How;
import org.posthouse.identity.rights.Rules;
import org.posthouse.james.queue.QueueStores;
import org.posthouse.james.queue.WorkInHand;
import org.posthouse.james.repository.RelayMailRepositoryStore;
import org.posthouse.james.rights.RightRecord;
import org.posthouse.matchers.RightAttributes;
import org.posthouse.queue.Queues;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import reactor.core.publisher.Flux;

/** The entry of root, and what the shipped chain's questions make of what comes through it. */
@Timeout(60)
class LocalRecipientsTest {
  private static final LocalAddresses LOCAL =
      Rules.of(
              """
              <rule name='a' identities='alice'/>
              <local>
                <address processor="postmaster">postmaster@home.example, errors@home.example</address>
                <address forward="admin@example.net, boss@example.net">abuse@home.example</address>
                <address processor="failing">failing@home.example</address>
              </local>
              """)
          .local();

  /** As the shipped chain asks. */
  private static final String RIGHT =
      "<matcher name=\"NAME\" match=\"org.apache.james.mailetcontainer.impl.matchers.KIND\">"
          + "<matcher match=\"SMTPAuthSuccessful\"/><matcher match=\"SMTPIsAuthNetwork\"/>"
          + "<matcher match=\"SentByMailet\"/></matcher>";

  private static final String CHAIN =
      processor(
              "root",
              right("no-relay-right", "Not")
                  + mailet("no-relay-right", "Note", "<as>denied</as>")
                  + "<mailet match=\"no-relay-right\" class=\"Null\"/>"
                  + mailet("All", "Note", "<as>relayed</as>")
                  + END)
          + processor(
              "postmaster",
              note("postmaster")
                  + right("relay-right", "Or")
                  + mailet("relay-right", "Note", "<as>might be relayed</as>")
                  + mailet("All", "Keep", "").replace("Recorder$", "LocalRecipientsTest$")
                  + END)
          + processor(
              "failing", mailet("All", "Fail", "<onMailetException>propagate</onMailetException>"))
          + ERROR;

  private static final ThreadLocal<@Nullable MailRepository> KEPT = new ThreadLocal<>();

  /** Keeps a mail where the test has its repository. */
  public static final class Keep extends GenericMailet {
    @Override
    public void service(Mail mail) throws MessagingException {
      MailRepository kept = KEPT.get();
      if (kept != null) {
        kept.store(mail);
      }
    }
  }

  /** As a mailet of tables leads recipients on. */
  public static final class Lead extends GenericMailet {
    @Override
    public void service(Mail mail) throws MessagingException {
      mail.setRecipients(List.of(new MailAddress(getInitParameter("to"))));
    }
  }

  @TempDir Path directory;

  @BeforeEach
  void forget() {
    Recorder.SEEN.get().clear();
    Recorder.MAILS.get().clear();
    KEPT.remove();
  }

  private static String right(String name, String kind) {
    return RIGHT.replace("NAME", name).replace("KIND", kind);
  }

  private static String processor(String state, String mailets) {
    return "<processor state=\"" + state + "\">" + mailets + "</processor>";
  }

  private static RelayProcessors container(ProcessingBoundary boundary) throws Exception {
    RelayProcessors container = Chains.unconfigured(boundary, LOCAL);
    container.configure(Chains.xml(CHAIN));
    container.init();
    return container;
  }

  private static List<String> served(How how, String... recipients) throws Exception {
    MailImpl mail = mail(recipients);
    RightRecord.write(mail, right(how));
    container(ProcessingBoundary.NONE).service(mail);
    assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    return List.copyOf(Recorder.SEEN.get());
  }

  private static RelayRight right(How how) {
    Identity who = how == How.LOCAL ? null : Identity.named("alice", "users");
    Client client = new Client(who, InetAddresses.forString("192.0.2.7"));
    return new RelayRight(how, client, null, null, null, null, "r", "why");
  }

  @Test
  void strangersMailToALocalAddressShouldGoToItsProcessorWithoutTheRightToRelay() throws Exception {
    assertThat(served(How.LOCAL, "postmaster@home.example", "Errors@HOME.example"))
        .containsExactly("postmaster [postmaster@home.example, Errors@home.example]");
  }

  @Test
  void strangersMailShouldBeForwardedWithoutASenderAndNothingElseOfIt() throws Exception {
    assertThat(served(How.LOCAL, "x@remote.example", "abuse@home.example", "y@remote.example"))
        .containsExactly(
            "relayed [admin@example.net, boss@example.net]",
            "denied [x@remote.example, y@remote.example]");
    Mail forward = Recorder.MAILS.get().get(0);
    assertThat(forward.getMaybeSender().isNullSender()).isTrue();
    assertThat(forward.getAttribute(RightAttributes.GIVEN_SENDER))
        .as("for SPF")
        .contains(Attribute.convertToAttribute("org.posthouse.right.givenSender", "s@x.org"));
    Mail rest = Recorder.MAILS.get().get(1);
    assertThat(rest.getMaybeSender().asString()).isEqualTo("s@x.org");
    assertThat(rest.getAttribute(Mail.SENT_BY_MAILET_ATTRIBUTE.getName())).isEmpty();
  }

  @Test
  void mailThatMayBeRelayedShouldKeepItsSenderAndReachNobodyTwice() throws Exception {
    assertThat(
            served(
                How.LOGIN,
                "boss@example.net",
                "abuse@home.example",
                "postmaster@home.example",
                "x@remote.example"))
        .containsExactly(
            "postmaster [postmaster@home.example]",
            "might be relayed [postmaster@home.example]",
            "relayed [boss@example.net, admin@example.net, x@remote.example]");
    assertThat(Recorder.MAILS.get())
        .allMatch(each -> each.getMaybeSender().asString().equals("s@x.org"));
  }

  @Test
  void wishesShouldGoAlongWithAForward() throws Exception {
    MailImpl mail = mail("abuse@home.example", "x@remote.example");
    RightRecord.write(mail, right(How.LOGIN));
    MailAddress abuse = new MailAddress("abuse@home.example");
    mail.setDsnParameters(
        DsnParameters.builder()
            .addRcptParameter(abuse, RecipientDsnParameters.of(EnumSet.of(Notify.NEVER)))
            .build()
            .orElseThrow());
    container(ProcessingBoundary.NONE).service(mail);
    RecipientDsnParameters wanted = RecipientDsnParameters.of(EnumSet.of(Notify.NEVER), abuse);
    assertThat(Recorder.MAILS.get().get(0).dsnParameters().orElseThrow().getRcptParameters())
        .containsOnly(
            Map.entry(new MailAddress("admin@example.net"), wanted),
            Map.entry(new MailAddress("boss@example.net"), wanted));
  }

  @ParameterizedTest
  @CsvSource({
    "LOGIN, abuse@home.example, 'relayed [admin@example.net, boss@example.net]'",
    "LOGIN, postmaster@home.example, postmaster [postmaster@home.example]",
    "LOGIN, y@remote.example, relayed [y@remote.example]",
    "LOCAL, postmaster@home.example, postmaster [postmaster@home.example]"
  })
  void recipientsThatAMailetHasPutInShouldBeLookedAtToo(How how, String to, String seen)
      throws Exception {
    RelayProcessors container = Chains.unconfigured(ProcessingBoundary.NONE, LOCAL);
    container.configure(
        Chains.xml(
            processor(
                    "root",
                    mailet("All", "Lead", "<to>" + to + "</to>")
                            .replace("Recorder$", "LocalRecipientsTest$")
                        + mailet("All", "Note", "<as>relayed</as>")
                        + END)
                + processor("postmaster", note("postmaster") + END)
                + processor("failing", END)
                + ERROR));
    container.init();
    MailImpl mail = mail("x@remote.example");
    RightRecord.write(mail, right(how));
    container.service(mail);
    assertThat(Recorder.SEEN.get()).containsExactly(seen);
  }

  @Test
  void mailWithoutLocalRecipientsShouldPassAsItIs() throws Exception {
    assertThat(served(How.NETWORK, "x@remote.example"))
        .containsExactly("relayed [x@remote.example]");
    assertThat(served(How.LOCAL, "x@remote.example", "failing@home.example.evil.example"))
        .contains("denied [x@remote.example, failing@home.example.evil.example]");
  }

  @Test
  void attributesOfAnEarlierLifeShouldGiveNoRight() throws Exception {
    MailImpl mail = mail("x@remote.example");
    mail.setAttribute(Attribute.convertToAttribute(Mail.SMTP_AUTH_USER.asString(), "alice"));
    mail.setAttribute(Attribute.convertToAttribute("org.apache.james.SMTPIsAuthNetwork", true));
    RightRecord.write(mail, right(How.LOCAL));
    container(ProcessingBoundary.NONE).service(mail);
    assertThat(Recorder.SEEN.get()).containsExactly("denied [x@remote.example]");
  }

  @Test
  void failureInOnePartShouldPutTheWholeMailBack() throws Exception {
    MailImpl mail = mail("abuse@home.example", "failing@home.example", "postmaster@home.example");
    RelayProcessors container = container(ProcessingBoundary.NONE);
    assertThatThrownBy(() -> container.service(mail)).hasMessage("failed on purpose");
    assertThat(mail.getState()).isEqualTo("root");
    assertThat(mail.getRecipients()).hasSize(3);
    assertThat(mail.getMaybeSender().asString()).isEqualTo("s@x.org");
    assertThat(mail.getMessage().getInputStream().readAllBytes()).hasSize(4);
  }

  @Test
  void allPartsShouldCommitWithTheMailThatEnteredOrNoneOfThem() throws Exception {
    WorkInHand work = new WorkInHand();
    RocksSpool spool = OpenStores.at(directory);
    Queues queues = new Queues(spool, Clock.systemUTC());
    MailRepository kept = repository(queues, work);
    KEPT.set(kept);
    try (QueueStores stores = QueueStores.over(queues, work)) {
      ManageableMailQueue queue = stores.queue("spool");
      queue.enQueue(mail("postmaster@home.example", "failing@home.example"));
      inHand(queue, work, item -> CompletionStatus.RETRY);
      assertThat(kept.size()).as("what was staged before the failure").isZero();
      assertThat(queue.getSize()).isEqualTo(1);
      queue.clear();
      queue.enQueue(mail("postmaster@home.example", "errors@home.example", "abuse@home.example"));
      inHand(queue, work, item -> CompletionStatus.SUCCESS);
      Awaitility.await().until(() -> kept.size() == 1 && queue.getSize() == 0);
    } finally {
      spool.close();
    }
  }

  private static MailRepository repository(Queues queues, WorkInHand work) throws Exception {
    return new RelayMailRepositoryStore(queues, work)
        .select(MailRepositoryUrl.from("file://var/mail/kept/"));
  }

  private static void inHand(
      ManageableMailQueue queue, WorkInHand work, Function<MailQueueItem, CompletionStatus> end)
      throws Exception {
    MailQueueItem item = Flux.from(queue.deQueue()).blockFirst();
    RelayProcessors container =
        container((mail, processing) -> work.process(mail, processing::run));
    try {
      container.service(item.getMail());
    } catch (MessagingException e) {
      assertThat(e).hasMessage("failed on purpose");
    }
    item.done(end.apply(item));
  }
}
