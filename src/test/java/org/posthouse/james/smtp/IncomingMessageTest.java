/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.james.message.RelayMessage;

class IncomingMessageTest {
  private static final int MEBI = 1 << 20;
  private static final byte[] LINES = "..a dot\r\nnone\r\n".repeat(1000).getBytes(US_ASCII);
  private static final byte[] UNSTUFFED = ".a dot\r\nnone\r\n".repeat(1000).getBytes(US_ASCII);

  @ParameterizedTest
  @ValueSource(longs = {0, 200_000, 64 * MEBI})
  void messageShouldBeWholeInMemoryInAFileAndFromOneToTheOther(long room) throws Exception {
    for (int parts : new int[] {1, 9, 20, 100, 400}) {
      MimeMessageInputStreamSource source = MimeMessageInputStreamSource.create("incoming");
      IncomingMessage incoming = new IncomingMessage(new IncomingRoom(room), source, 0);
      incoming.trace("Received: here\r\n\r\n".getBytes(US_ASCII));
      for (int i = 0; i < parts; i++) {
        incoming.addLines(LINES.clone());
      }

      byte[] whole = octets(incoming.message());

      ByteArrayOutputStream wanted = new ByteArrayOutputStream();
      wanted.writeBytes("Received: here\r\n\r\n".getBytes(US_ASCII));
      for (int i = 0; i < parts; i++) {
        wanted.writeBytes(UNSTUFFED);
      }
      assertThat(Arrays.equals(whole, wanted.toByteArray())).as(parts + " parts").isTrue();
      incoming.end();
      LifecycleUtil.dispose(source);
    }
  }

  @Test
  void roomShouldBeGivenBackAtTheEnd() throws Exception {
    IncomingRoom room = new IncomingRoom(4 * MEBI);
    IncomingMessage incoming = ofSize(room, 2 * MEBI);
    assertThat(room.blocks()).isEqualTo(8);

    incoming.end();
    incoming.end();

    assertThat(room.blocks()).isEqualTo(16);
  }

  @Test
  void messageShouldNotBeReadAfterItsEnd() throws Exception {
    IncomingMessage incoming = ofSize(new IncomingRoom(4 * MEBI), 2 * MEBI);
    RelayMessage message = incoming.message();
    assertThat(octets(message)).hasSize(2 * MEBI);

    incoming.end();

    assertThatThrownBy(() -> octets(message)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void messageThatGoesToTheFileShouldGiveItsRoomBack() throws Exception {
    IncomingRoom room = new IncomingRoom(MEBI);

    ofSize(room, 3 * MEBI);

    assertThat(room.blocks()).isEqualTo(4);
  }

  @Test
  void smallMessageShouldTakeNoRoom() throws Exception {
    IncomingRoom room = new IncomingRoom(MEBI);

    ofSize(room, 128 * 1024);

    assertThat(room.blocks()).isEqualTo(4);
  }

  @Test
  void whereThereIsNoRoomMessagesShouldBeInFiles() throws Exception {
    IncomingRoom room = new IncomingRoom(0);
    List<IncomingMessage> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(ofSize(room, 112 * 1024));
    }
    assertThat(openFiles()).isGreaterThanOrEqualTo(20);
    for (IncomingMessage each : all) {
      assertThat(octets(each.message())).hasSize(112 * 1024);
      each.end();
    }
  }

  /** Of messages, of this process. */
  private static long openFiles() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(each -> target(each).contains("/incoming-")).count();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "closed meanwhile";
    }
  }

  @Test
  void hugeMessageShouldNotStandInMemory() throws Exception {
    IncomingRoom room = new IncomingRoom(64 * MEBI);

    ofSize(room, 5 * MEBI);

    assertThat(room.blocks()).isEqualTo(256);
  }

  private static IncomingMessage ofSize(IncomingRoom room, int size) throws IOException {
    IncomingMessage incoming =
        new IncomingMessage(room, MimeMessageInputStreamSource.create("incoming"), 0);
    for (int i = 0; i < size; i += 16 * 1024) {
      incoming.add(new byte[16 * 1024]);
    }
    return incoming;
  }

  private static byte[] octets(RelayMessage message) throws IOException, MessagingException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    message.writeTo(all);
    return all.toByteArray();
  }
}
