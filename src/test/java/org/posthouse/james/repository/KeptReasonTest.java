/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.repository;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Properties;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.FilesOf;
import org.posthouse.james.queue.WorkInHand;
import org.posthouse.mailets.RewriteAddresses;
import org.posthouse.queue.Queues;
import org.posthouse.spool.OpenStores;
import org.posthouse.spool.RocksSpool;
import org.slf4j.LoggerFactory;

/** Why a mail stands in a repository is in the log, also where a mailet could not read it. */
class KeptReasonTest {
  @TempDir Path home;
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private RocksSpool spool;

  @BeforeEach
  void open() {
    lines.start();
    log().setLevel(Level.INFO);
    log().addAppender(lines);
    spool = OpenStores.at(home.resolve("spool"));
  }

  @AfterEach
  void close() {
    log().detachAppender(lines);
    spool.close();
  }

  private static Logger log() {
    return (Logger) LoggerFactory.getLogger("org.posthouse.mail");
  }

  private void keep(Mail mail) throws Exception {
    new RelayMailRepositoryStore(new Queues(spool, Clock.systemUTC()), new WorkInHand())
        .select(MailRepositoryUrl.from("file://var/mail/error"))
        .store(mail);
  }

  private static MailImpl mail(String name) throws Exception {
    byte[] octets = "From: A <a@in.test> junk\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    return MailImpl.builder()
        .name(name)
        .sender("a@in.test")
        .addRecipient("b@next.test")
        .mimeMessage(
            new MimeMessage(
                Session.getInstance(new Properties()), new ByteArrayInputStream(octets)))
        .build();
  }

  private void rewrite(Mail mail, String unparsable) throws Exception {
    RewriteAddresses mailet = new RewriteAddresses(new FilesOf(home));
    mailet.init(
        FakeMailetConfig.builder()
            .mailetName("RewriteAddresses")
            .setProperty("canonical", "@in.test @out.test")
            .setProperty("unparsable", unparsable)
            .build());
    mailet.service(mail);
  }

  private List<String> said(String name) {
    return List.copyOf(lines.list).stream()
        .filter(event -> event.getFormattedMessage().contains(" name=" + name + " "))
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  @Test
  void reasonOfAChainShouldBeToldWhereThereIsNoError() throws Exception {
    MailImpl mail = mail("local");
    mail.setAttribute(
        new Attribute(
            AttributeName.of("delivery-error"),
            AttributeValue.of("5.1.1 (No mailboxes on this relay)")));
    keep(mail);
    mail.setErrorMessage("it failed");
    keep(mail);
    String line = "INFO kept id=- to=<b@next.test> name=local in=file://var/mail/error error=";
    assertThat(said("local"))
        .containsExactly(line + "\"5.1.1 (No mailboxes on this relay)\"", line + "\"it failed\"");
    LifecycleUtil.dispose(mail);
  }

  @Test
  void headerThatCannotBeReadShouldBeTold() throws Exception {
    MailImpl left = mail("left");
    rewrite(left, "leave");
    keep(left);
    MailImpl wrong = mail("wrong");
    rewrite(wrong, "error");
    keep(wrong);
    assertThat(said("left"))
        .containsExactly(
            "WARN unparsable id=- name=left error=\"From (words behind an address)\"",
            "INFO kept id=- to=<b@next.test> name=left in=file://var/mail/error error=\"-\"");
    assertThat(said("wrong"))
        .containsExactly(
            "WARN unparsable id=- name=wrong error=\"From (words behind an address)\"",
            "INFO kept id=- to=<b@next.test> name=wrong in=file://var/mail/error"
                + " error=\"RewriteAddresses: From (words behind an address)\"");
    LifecycleUtil.dispose(left);
    LifecycleUtil.dispose(wrong);
  }
}
