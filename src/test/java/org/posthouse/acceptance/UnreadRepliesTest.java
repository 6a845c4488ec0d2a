/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.faults.Report;

/**
 * Many clients that send whatever is answered, as fast as they are let, and read no answer: they
 * get no more of a small heap than it has, and honest mail goes on.
 */
class UnreadRepliesTest {
  private static final int CLIENTS = 600;
  private static final int OF_AN_ADDRESS = 150;
  private static final String HEAP = "-Xmx128m";

  private static final String MAIL =
      "EHLO flood.test\r\nMAIL FROM:<flood@relay.test>\r\nRCPT TO:<bob@next.test>\r\n";

  /** What has a reply each, without end. */
  private static final List<String> FLOODS =
      List.of("BDAT 1\r\nx", "BDAT 128\r\n" + "x".repeat(128), "NOOP\r\n", "\r\n", "FOO\r\n");

  private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

  @TempDir Path home;

  @Test
  void theyShouldNotFillTheHeap() throws Exception {
    try (TinySink sink = new TinySink();
        RelayProcess relay = RelayProcess.start(home(sink), HEAP)) {
      int port = relay.port("relay");
      honest(port);
      List<Flood> floods = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        String address = "127.1." + (1 + i / OF_AN_ADDRESS) + ".1";
        floods.add(Flood.connect(address, port, FLOODS.get(i % FLOODS.size())));
      }
      long end = System.nanoTime() + LONG_ENOUGH.toNanos();
      long nextMail = 0;
      int mails = 0;
      while (System.nanoTime() < end) {
        long moved = 0;
        for (Flood each : floods) {
          moved += each.send();
        }
        if (System.nanoTime() >= nextMail) {
          honest(port);
          mails++;
          nextMail = System.nanoTime() + Duration.ofMillis(500).toNanos();
        }
        if (moved == 0) {
          Thread.sleep(5);
        }
      }
      long there = floods.stream().filter(each -> !each.gone).count();
      Report.say(
          "%d of %d floods there at the end, %d MB taken of them, %d honest mails",
          there, CLIENTS, floods.stream().mapToLong(each -> each.sent).sum() >> 20, mails);
      assertThat(there).as("whoever sends chunks is not hung up on").isGreaterThan(CLIENTS / 5 - 1);
      for (Flood each : floods) {
        each.channel.close();
      }
      honest(port);
      assertThat(relay.log()).doesNotContain("OutOfMemory");
    }
  }

  private Path home(TinySink sink) throws IOException {
    RelayHome.create(home, sink.port());
    Files.writeString(
        home.resolve("conf/relay.xml"),
        "<relay><reception><idleCommands>1000000</idleCommands></reception></relay>");
    return home;
  }

  private static void honest(int port) throws IOException {
    try (SmtpDialog client = SmtpDialog.greeted(port)) {
      client.ask("MAIL FROM:<alice@relay.test>", "250");
      client.ask("RCPT TO:<bob@next.test>", "250");
      client.ask("DATA", "354");
      client.ask("From: <alice@relay.test>\r\n\r\nhello\r\n.", "250");
    }
  }

  /** One client; used by one thread. */
  private static final class Flood {
    private static final int AT_ONCE = 16 * 1024;

    private final SocketChannel channel;
    private final byte[] again;
    private ByteBuffer next = ByteBuffer.wrap(MAIL.getBytes(US_ASCII));
    private long sent;
    private boolean gone;

    private Flood(SocketChannel channel, String flood) {
      this.channel = channel;
      this.again = flood.repeat(AT_ONCE / flood.length()).getBytes(US_ASCII);
    }

    static Flood connect(String address, int port, String flood) throws IOException {
      SocketChannel channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      channel.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      byte[] greeting = new byte[512];
      int read = channel.read(ByteBuffer.wrap(greeting));
      assertThat(new String(Arrays.copyOf(greeting, Math.max(0, read)), US_ASCII))
          .startsWith("220");
      channel.configureBlocking(false);
      return new Flood(channel, flood);
    }

    /** As much as is taken now. */
    long send() {
      try {
        long taken = gone ? 0 : channel.write(next);
        sent += taken;
        if (!next.hasRemaining()) {
          next = ByteBuffer.wrap(again);
        }
        return taken;
      } catch (IOException e) {
        gone = true;
        return 0;
      }
    }
  }
}
