/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.queue;

import static org.apache.james.transport.mailets.remote.delivery.DeliveryRetriesHelper.DELIVERY_RETRY_COUNT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.apache.james.lifecycle.api.Disposable.LeakAware;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.base.test.FakeMail;
import org.junit.jupiter.api.Test;

/** Messages that are not ours are copied to be stored; nothing of the copy may stay. */
class MailsTest {
  private static final String LARGE = "x".repeat(300_000);

  private final Set<Object> before = new HashSet<>(LeakAware.REFERENCES_IN_USE.keySet());

  private static MimeMessage message(String body) throws MessagingException {
    byte[] octets = ("Subject: s\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
    return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(octets));
  }

  private void assertNothingIsLeftOpen() {
    Set<Object> now = new HashSet<>(LeakAware.REFERENCES_IN_USE.keySet());
    now.removeAll(before);
    assertThat(now).isEmpty();
  }

  @Test
  void copyOfAForeignMessageShouldBeDisposedWhenItIsStored() throws Exception {
    for (String body : new String[] {"small", LARGE}) {
      FakeMail mail = FakeMail.builder().name("m").mimeMessage(message(body)).build();
      Mails.store(mail, draft -> assertThat(draft.name()).isEqualTo("m"));
    }
    assertNothingIsLeftOpen();
  }

  @Test
  void attemptsOfStocksDeliveryShouldBeCounted() throws Exception {
    FakeMail mail = FakeMail.builder().name("m").mimeMessage(message("small")).build();
    Mails.store(mail, draft -> assertThat(draft.attempts()).isZero());
    mail.setAttribute(new Attribute(DELIVERY_RETRY_COUNT, AttributeValue.of(3)));
    Mails.store(mail, draft -> assertThat(draft.attempts()).isEqualTo(3));
  }

  @Test
  void copyOfAForeignMessageShouldBeDisposedWhenStoringFails() throws Exception {
    FakeMail mail = FakeMail.builder().name("m").mimeMessage(message(LARGE)).build();
    assertThatThrownBy(
            () ->
                Mails.store(
                    mail,
                    draft -> {
                      throw new IllegalStateException("for this test");
                    }))
        .hasMessage("for this test");
    assertNothingIsLeftOpen();
  }

  @Test
  void messageOfStockShouldBeDisposedWithItsMailOnly() throws Exception {
    MailImpl mail = MailImpl.builder().name("m").mimeMessage(message(LARGE)).build();
    Mails.store(mail, draft -> assertThat(draft.recipients()).isEmpty());
    assertThat(mail.getMessage().getSize()).isEqualTo(LARGE.length());
    mail.dispose();
    assertNothingIsLeftOpen();
  }
}
