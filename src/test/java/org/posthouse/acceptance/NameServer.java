/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** A small authoritative name server: every domain has the sink as its mail exchanger. */
final class NameServer implements AutoCloseable {
  private static final Name EXCHANGER = Name.fromConstantString("mx.sink.example.");

  private static final int DOMAIN = 53;

  private final DatagramSocket socket;
  private final InetAddress sink;
  private final Map<String, List<String>> texts = new ConcurrentHashMap<>();

  private final AtomicInteger reverseQuestions = new AtomicInteger();

  /** The name server of {@link PrivateNetwork}. */
  static NameServer ofPrivateNetwork(InetAddress sink) throws IOException {
    return at(PrivateNetwork.NAME_SERVER, sink);
  }

  /** Another one in that network. */
  static NameServer at(String address, InetAddress sink) throws IOException {
    return new NameServer(InetAddress.getByName(address), sink);
  }

  private NameServer(InetAddress address, InetAddress sink) throws IOException {
    this.socket = new DatagramSocket(DOMAIN, address);
    this.sink = sink;
    Thread thread = new Thread(this::serve, "name-server");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * @param strings the character strings of the record, at most 255 octets each
   */
  void publishText(String name, List<String> strings) {
    texts.put(name, strings);
  }

  /** From now on the name has no text. */
  void withdrawText(String name) {
    texts.remove(name);
  }

  /** How often the name of an address was asked for. */
  int reverseQuestions() {
    return reverseQuestions.get();
  }

  @Override
  public void close() {
    socket.close();
  }

  private void serve() {
    byte[] buffer = new byte[512];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] answer = answer(new Message(java.util.Arrays.copyOf(buffer, packet.getLength())));
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException | RuntimeException e) {
        if (!socket.isClosed()) {
          e.printStackTrace();
        }
      }
    }
  }

  private byte[] answer(Message query) throws IOException {
    Record question = Objects.requireNonNull(query.getQuestion());
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.AA);
    answer.getHeader().setFlag(Flags.RA);
    answer.addRecord(question, Section.QUESTION);
    Name name = question.getName();
    switch (question.getType()) {
      case Type.MX ->
          answer.addRecord(new MXRecord(name, DClass.IN, 60, 10, EXCHANGER), Section.ANSWER);
      case Type.A -> answer.addRecord(new ARecord(name, DClass.IN, 60, sink), Section.ANSWER);
      case Type.TXT -> addText(answer, name);
      case Type.PTR -> {
        reverseQuestions.incrementAndGet();
        answer.getHeader().setRcode(Rcode.NXDOMAIN);
      }
      default -> {}
    }
    return answer.toWire();
  }

  private void addText(Message answer, Name name) {
    List<String> strings = texts.get(name.toString(true));
    if (strings == null) {
      answer.getHeader().setRcode(Rcode.NXDOMAIN);
    } else {
      answer.addRecord(new TXTRecord(name, DClass.IN, 60, strings), Section.ANSWER);
    }
  }
}
