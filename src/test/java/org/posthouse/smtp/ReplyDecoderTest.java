/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.envelope.SmtpReply;

class ReplyDecoderTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new ReplyDecoder());

  private void receive(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }

  private SmtpReply next() {
    return channel.readInbound();
  }

  @Test
  void linesOfOneReplyShouldBeKeptTogether() {
    receive("250-next.example\r\n250-SIZE 1000\r\n250 PIPELINING\r\n");
    assertThat(next()).isEqualTo(SmtpReply.of(250, "next.example", "SIZE 1000", "PIPELINING"));
  }

  @Test
  void repliesShouldBeToldApart() {
    receive("250 one\r\n550 5.1.1 two\r\n354");
    assertThat(next()).isEqualTo(SmtpReply.of(250, "one"));
    assertThat(next()).isEqualTo(SmtpReply.of(550, "5.1.1 two"));
    assertThat((Object) next()).isNull();
    receive("\r\n");
    assertThat(next()).isEqualTo(SmtpReply.of(354, ""));
  }

  @Test
  void octetByOctetShouldBeTheSame() {
    for (char c : "250-a\r\n250 b\r\n".toCharArray()) {
      receive(String.valueOf(c));
    }
    assertThat(next()).isEqualTo(SmtpReply.of(250, "a", "b"));
  }

  @Test
  void lastLineShouldGiveTheCode() {
    receive("250-a\r\n451 b\r\n");
    assertThat(next()).isEqualTo(SmtpReply.of(451, "a", "b"));
  }

  @Test
  void loneLineFeedShouldEndALine() {
    receive("220 old\n");
    assertThat(next()).isEqualTo(SmtpReply.of(220, "old"));
  }

  @Test
  void controlCharactersShouldNotReachALog() {
    receive("550 a\u0007b\u001b[31m\r\n");
    assertThat(next().text()).isEqualTo("a?b?[31m");
  }

  @Test
  void longLineShouldBeCut() {
    receive("250 " + "x".repeat(100_000) + "\r\n250 next\r\n");
    assertThat(next().text()).hasSize(1020);
    assertThat(next().text()).isEqualTo("next");
  }

  @Test
  void manyLinesShouldBeBounded() {
    receive("250-line\r\n".repeat(1000) + "250 end\r\n");
    assertThat(next().lines()).hasSize(128);
  }

  @Test
  void endlessReplyShouldBeRefused() {
    assertThatThrownBy(() -> receive("250-line\r\n".repeat(100_000)))
        .isInstanceOf(DecoderException.class)
        .hasMessageContaining("longer than");
  }

  @Test
  void endlessLineShouldBeRefused() {
    assertThatThrownBy(() -> receive("2".repeat(300_000)))
        .isInstanceOf(DecoderException.class)
        .hasMessageContaining("longer than");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "", "25 x", "2500 x", "150 x", "650 x", "25x y", "250_x"})
  void whatIsNoReplyShouldBeRefused(String line) {
    assertThatThrownBy(() -> receive(line + "\r\n"))
        .isInstanceOf(DecoderException.class)
        .hasMessageContaining("no reply");
  }

  @Test
  void restShouldBeToldFromMore() {
    ReplyDecoder decoder = new ReplyDecoder();
    EmbeddedChannel one = new EmbeddedChannel(decoder);
    one.writeInbound(Unpooled.copiedBuffer("220 go\r\n", StandardCharsets.US_ASCII));
    assertThat(decoder.isAtRest()).isTrue();
    one.writeInbound(Unpooled.copiedBuffer("250-x\r\n", StandardCharsets.US_ASCII));
    assertThat(decoder.isAtRest()).isFalse();
  }
}
