/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import java.io.ByteArrayInputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import javax.mail.MessagingException;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.posthouse.james.message.RelayMessage;

/** Mails of one size; bodies are random text, so that compression cannot help. */
final class BenchMails {
  private static final int BODIES = 256;

  private final AtomicLong number = new AtomicLong();
  private final List<byte[]> bodies = new ArrayList<>();

  BenchMails(int size) {
    Random random = new Random(42);
    for (int i = 0; i < BODIES; i++) {
      byte[] octets = new byte[size * 3 / 4];
      random.nextBytes(octets);
      bodies.add(Base64.getMimeEncoder().encode(octets));
    }
  }

  /** The next mail; names count up from 0, and the sender repeats after a hundred mails. */
  MailImpl next() throws MessagingException {
    long i = number.getAndIncrement();
    return mail(i, "recipient" + i % 1000 + "@next.bench.test");
  }

  /** A mail of its own name and sender, as those of {@link #next}. */
  MailImpl mail(long i, String recipient) throws MessagingException {
    byte[] header = header(i).getBytes(StandardCharsets.US_ASCII);
    byte[] body = bodies.get((int) (i % BODIES));
    MimeMessageInputStreamSource source =
        MimeMessageInputStreamSource.create(
            "bench-" + i,
            new SequenceInputStream(
                new ByteArrayInputStream(header), new ByteArrayInputStream(body)));
    MailImpl mail =
        MailImpl.builder()
            .name("bench-" + i)
            .sender("sender" + i % 100 + "@client.bench.test")
            .addRecipient(recipient)
            .build();
    mail.setMessageNoCopy(new RelayMessage(source));
    return mail;
  }

  private static String header(long i) {
    return "From: <sender@client.bench.test>\r\nTo: <recipient@next.bench.test>\r\nSubject: bench "
        + i
        + "\r\nMessage-ID: <"
        + i
        + "@client.bench.test>\r\n\r\n";
  }
}
