/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Octets that a client sends to a real door, commands with all that is behind them. A stranger gets
 * replies, and never has a mail taken. Whoever may relay has the same mails taken however TCP has
 * cut what it sent: what a framer reads otherwise in two pieces can smuggle a mail.
 */
class DoorFuzzTest {
  private static final byte[] END = "\r\n.\r\nQUIT\r\n".getBytes(ISO_8859_1);

  /** The client of a chunk that never ends waits for no reply. */
  private static final int SILENCE_MILLIS = 200;

  @TempDir static Path strangers;
  @TempDir static Path relays;
  private static SmtpHarness closed;
  private static SmtpHarness open;
  private static final ListAppender<ILoggingEvent> ERRORS = new ListAppender<>();

  @BeforeAll
  static void start() throws Exception {
    closed =
        SmtpHarness.open(
            strangers,
            file -> file.replaceAll("<authorizedAddresses>.*</authorizedAddresses>", ""));
    open = SmtpHarness.openWith(relays, "<xclientFrom>127.0.0.1</xclientFrom>");
    ERRORS.start();
    ((Logger) LoggerFactory.getLogger("org.posthouse")).addAppender(ERRORS);
  }

  @AfterAll
  static void stop() {
    ((Logger) LoggerFactory.getLogger("org.posthouse")).detachAppender(ERRORS);
    closed.close();
    open.close();
  }

  @FuzzTest
  void strangerShouldGetRepliesAndNothingThrough(byte[] input) throws Exception {
    String replies = talk(closed, input, input.length);
    assertThat(replies.lines()).allMatch(line -> line.matches("[2345]\\d\\d[ -].*"));
    assertThat(closed.queues().accepted()).isEmpty();
    assertNoErrors();
  }

  /** The first octet says where the rest is cut. */
  @FuzzTest
  void mailsShouldBeTheSameHoweverTheOctetsCome(byte[] input) throws Exception {
    String text = new String(input, ISO_8859_1).toUpperCase(Locale.ROOT);
    if (input.length < 2 || text.contains("AUTH") || text.contains("STARTTLS")) {
      return; // what they mean hangs on what has come after them
    }
    byte[] octets = Arrays.copyOfRange(input, 1, input.length);
    int cut = (input[0] & 0xff) * octets.length / 256;
    boolean ended = talk(open, octets, octets.length).contains("221 ");
    List<String> whole = taken();
    ended &= talk(open, octets, cut).contains("221 ");
    List<String> inPieces = taken();
    if (ended) {
      assertThat(inPieces).isEqualTo(whole);
    }
    assertNoErrors();
  }

  /** Messages since the last time, but for what says when and under which id they came. */
  private static List<String> taken() {
    List<String> messages =
        open.queues().messages().stream()
            .map(each -> each.replaceFirst("(?s)\\AReceived:.*?\r\n(?![ \t])", ""))
            .map(each -> each.replaceAll("(?mi)^(Date|Message-ID):.*$", "$1"))
            .toList();
    open.queues().forget();
    return messages;
  }

  private static void assertNoErrors() {
    assertThat(List.copyOf(ERRORS.list))
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
        .isEmpty();
    ERRORS.list.clear();
  }

  /** Sends the octets in two pieces, and reads what comes until the session ends. */
  private static String talk(SmtpHarness harness, byte[] octets, int cut) throws IOException {
    StringBuilder replies = new StringBuilder();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), harness.port())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(SILENCE_MILLIS);
      InputStream in = socket.getInputStream();
      read(in, replies, "220 ");
      socket.getOutputStream().write("EHLO fuzz.test\r\n".getBytes(ISO_8859_1));
      read(in, replies, "250 ");
      socket.getOutputStream().write(octets, 0, cut);
      if (cut < octets.length) {
        LockSupport.parkNanos(1_000_000);
        socket.getOutputStream().write(octets, cut, octets.length - cut);
      }
      socket.getOutputStream().write(END);
      read(in, replies, "221 ");
    } catch (IOException e) {
      // Nothing more comes, or the session was ended, and the rest of the octets reset it.
      return replies.toString();
    }
    return replies.toString();
  }

  /** Up to a line that begins like that, or the end. */
  private static void read(InputStream in, StringBuilder replies, String last) throws IOException {
    int start = replies.length();
    for (int next = in.read(); next >= 0; next = in.read()) {
      replies.append((char) next);
      if (next == '\n') {
        if (replies.substring(start).startsWith(last)) {
          return;
        }
        start = replies.length();
      }
    }
  }
}
