/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.tls;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSession;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.posthouse.config.Settings;

/** A port with the TLS of a {@link DoorTls}; whoever says anything hears how he is protected. */
final class TestDoor implements AutoCloseable {
  private final TlsThreads threads = new TlsThreads();
  private final NioEventLoopGroup loops = new NioEventLoopGroup(2);
  private final AtomicInteger failures = new AtomicInteger();
  private final DoorTls tls;
  private final Channel port;

  /** Opens a door with this element tls, where files are relative to the directory. */
  TestDoor(Path directory, String element) throws Exception {
    Settings settings = settings(directory, element);
    TlsSettings read =
        TlsReader.read(settings, url -> directory.resolve(url.substring("file://".length())))
            .orElseThrow(() -> new AssertionError(settings.complaint()));
    tls = DoorTls.open("test", read, threads);
    port =
        new ServerBootstrap()
            .channel(NioServerSocketChannel.class)
            .group(loops)
            .childHandler(new Connection())
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  static Settings settings(Path directory, String element) throws Exception {
    Path file = Files.writeString(directory.resolve("door.xml"), "<door>\n" + element + "</door>");
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    return new Settings(file, values);
  }

  /** A pair in the elements of a door. */
  static String pair(String name) {
    return "<privateKey>file://"
        + name
        + ".key</privateKey><certificates>file://"
        + name
        + ".fullchain.pem</certificates>";
  }

  DoorTls tls() {
    return tls;
  }

  int port() {
    return ((InetSocketAddress) port.localAddress()).getPort();
  }

  /** Handshakes that failed, and connections that broke. */
  int failures() {
    return failures.get();
  }

  @Override
  public void close() {
    port.close().syncUninterruptibly();
    loops.shutdownGracefully().syncUninterruptibly();
    threads.close();
  }

  private final class Connection extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      channel.pipeline().addLast(tls.handler(), new Answer());
    }
  }

  private final class Answer extends SimpleChannelInboundHandler<Object> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, Object message) throws IOException {
      SSLSession session = context.pipeline().get(SslHandler.class).engine().getSession();
      String text = NegotiatedTls.of(session) + "; client " + tls.clientCertificate(session) + "\n";
      var unused =
          context.writeAndFlush(Unpooled.copiedBuffer(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      failures.incrementAndGet();
      var unused = context.close();
    }
  }
}
