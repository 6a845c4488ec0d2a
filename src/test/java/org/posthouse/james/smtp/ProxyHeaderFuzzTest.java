/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.posthouse.james.command.Client;

/** A proxy's first octets end in a client, in more waiting or in a closed connection. */
class ProxyHeaderFuzzTest {
  private static final InetSocketAddress PROXY = new InetSocketAddress("192.0.2.1", 4321);

  /** The first octet says into how many pieces the rest is cut. */
  @FuzzTest
  void headerShouldNameAClientOrEndTheConnection(byte[] input) {
    if (input.length < 2) {
      return;
    }
    Behind behind = new Behind();
    EmbeddedChannel channel = new FromProxy(new HAProxyMessageDecoder(), new ProxyHeader(), behind);
    int piece = Math.max(1, (input.length - 1) / (1 + (input[0] & 7)));
    for (int from = 1; from < input.length && channel.isOpen(); from += piece) {
      int length = Math.min(piece, input.length - from);
      channel.writeInbound(Unpooled.copiedBuffer(input, from, length));
      channel.runPendingTasks();
    }
    Client client = channel.attr(Entrance.CLIENT).get();
    if (channel.isOpen()) {
      boolean waits = channel.pipeline().get(ProxyHeader.class) != null;
      assertThat(behind.began).as("the session begins with the header").isEqualTo(waits ? 0 : 1);
    }
    if (client != null) {
      assertThat(behind.began).isEqualTo(1);
      assertThat(client.peer()).isEqualTo(client.address());
      assertThat(client.address().isUnresolved()).isFalse();
    }
    channel.finishAndReleaseAll();
  }

  /** Counts the connections that it hears of. */
  private static final class Behind extends ChannelInboundHandlerAdapter {
    private int began;

    @Override
    public void channelActive(ChannelHandlerContext context) {
      began++;
    }
  }

  /** A channel whose other end has an address. */
  private static final class FromProxy extends EmbeddedChannel {
    FromProxy(ChannelHandler... handlers) {
      super(handlers);
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return PROXY;
    }
  }
}
