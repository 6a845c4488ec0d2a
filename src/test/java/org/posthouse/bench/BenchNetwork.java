/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The rest of the world: a name server, and the hosts of all domains, counting what arrives. */
@Command(
    name = "network",
    mixinStandardHelpOptions = true,
    description = "A name server and mail hosts, for a network namespace of their own.")
public final class BenchNetwork implements Callable<Integer> {
  private static final int TTL = 3600;
  private static final int SMTP = 25;
  private static final int DOMAIN = 53;
  private static final int BACKLOG = 4096;
  private static final long REPORT_MILLIS = 200;

  @Option(names = "--report", required = true, description = "A line is added five times a second.")
  private Path report;

  @Option(names = "--slow", defaultValue = "10", description = "Seconds that slow hosts wait.")
  private int slow;

  private final Arrivals arrivals = new Arrivals();
  private final BlockingQueue<DatagramPacket> questions = new LinkedBlockingQueue<>();

  public static void main(String[] args) {
    System.exit(new CommandLine(new BenchNetwork()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    DatagramSocket names = new DatagramSocket(DOMAIN, InetAddress.getLoopbackAddress());
    start(() -> receive(names), "name-server-in");
    start(() -> serve(names), "name-server");
    EventLoopGroup loop = new NioEventLoopGroup(1);
    new ServerBootstrap()
        .group(loop)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                BenchDomain.Kind kind = BenchDomain.kind(channel.localAddress().getAddress());
                int wait = kind == BenchDomain.Kind.SLOW ? slow : 0;
                channel.pipeline().addLast(new HostSession(arrivals, kind, wait));
              }
            })
        .bind(SMTP)
        .sync();
    try (PrintStream output =
        new PrintStream(Files.newOutputStream(report), true, StandardCharsets.US_ASCII)) {
      ScheduledFuture<?> unused =
          loop.next()
              .scheduleAtFixedRate(
                  () -> arrivals.report(output), 0, REPORT_MILLIS, TimeUnit.MILLISECONDS);
      Thread.currentThread().join(); // until it is killed
    }
    return 0;
  }

  private static void start(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes questions as they come: what the socket has no room for is lost. */
  private void receive(DatagramSocket socket) {
    while (true) {
      try {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        socket.receive(packet);
        questions.add(packet);
      } catch (IOException e) {
        System.err.println("a question is lost: " + e);
      }
    }
  }

  private void serve(DatagramSocket socket) {
    while (true) {
      try {
        DatagramPacket packet = questions.take();
        byte[] answer = answer(new Message(Arrays.copyOf(packet.getData(), packet.getLength())));
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException | RuntimeException e) {
        System.err.println("a question is not answered: " + e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static byte[] answer(Message query) throws IOException {
    Record question = Objects.requireNonNull(query.getQuestion());
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.AA);
    answer.getHeader().setFlag(Flags.RA);
    answer.addRecord(question, Section.QUESTION);
    Name name = question.getName();
    Optional<BenchDomain> domain = BenchDomain.of(name.toString(true));
    boolean host = name.toString().startsWith("mx.");
    if (domain.isEmpty()) {
      answer.getHeader().setRcode(Rcode.NXDOMAIN);
      answer.addRecord(authority(), Section.AUTHORITY);
    } else if (question.getType() == Type.MX && !host) {
      Name exchanger = Name.concatenate(Name.fromConstantString("mx"), name);
      answer.addRecord(new MXRecord(name, DClass.IN, TTL, 10, exchanger), Section.ANSWER);
    } else if (question.getType() == Type.A && host) {
      answer.addRecord(new ARecord(name, DClass.IN, TTL, domain.get().address()), Section.ANSWER);
    } else {
      answer.addRecord(authority(), Section.AUTHORITY);
    }
    return answer.toWire();
  }

  private static SOARecord authority() throws TextParseException {
    Name zone = Name.fromString("test.");
    return new SOARecord(zone, DClass.IN, TTL, zone, zone, 1, TTL, TTL, TTL, TTL);
  }
}
