/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.routing;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A name server on a loopback port that knows what it was told, and fails where it was told to. */
public final class ZoneServer implements AutoCloseable {
  private static final Name ZONE = Name.fromConstantString("test.");

  private final DatagramSocket socket;
  private final Map<Name, List<Record>> records = new ConcurrentHashMap<>();
  private final Set<Name> failing = ConcurrentHashMap.newKeySet();
  private final Set<Name> silent = ConcurrentHashMap.newKeySet();
  private final List<String> questions = new CopyOnWriteArrayList<>();

  public ZoneServer() throws IOException {
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "zone-server");
    thread.setDaemon(true);
    thread.start();
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
  }

  /** Knows a record in the form of a zone file: {@code a.test. 60 IN MX 10 b.test.}. */
  public ZoneServer with(String record) throws IOException {
    String[] words = record.split(" ", 5);
    Name name = Name.fromString(words[0]);
    Record parsed =
        Record.fromString(
            name, Type.value(words[3]), DClass.IN, Long.parseLong(words[1]), words[4], Name.root);
    records.computeIfAbsent(name, any -> new CopyOnWriteArrayList<>()).add(parsed);
    return this;
  }

  public void fail(String name) throws IOException {
    failing.add(Name.fromString(name));
  }

  public void ignore(String name) throws IOException {
    silent.add(Name.fromString(name));
  }

  public void forget() {
    records.clear();
    failing.clear();
    silent.clear();
  }

  /** What was asked, as {@code name TYPE}. */
  public List<String> questions() {
    return questions;
  }

  @Override
  public void close() {
    socket.close();
  }

  private void serve() {
    byte[] buffer = new byte[4096];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
        Record question = Objects.requireNonNull(query.getQuestion());
        questions.add(question.getName() + " " + Type.string(question.getType()));
        if (!silent.contains(question.getName())) {
          byte[] answer = answer(query, question).toWire();
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        // Closed; a query that was none is a time-out for who sent it.
      }
    }
  }

  private Message answer(Message query, Record question) {
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.AA);
    answer.getHeader().setFlag(Flags.RA);
    answer.addRecord(question, Section.QUESTION);
    if (failing.contains(question.getName())) {
      answer.getHeader().setRcode(Rcode.SERVFAIL);
      return answer;
    }
    List<Record> known = records.get(question.getName());
    if (known == null) {
      answer.getHeader().setRcode(Rcode.NXDOMAIN);
    } else {
      known.stream()
          .filter(r -> r.getType() == question.getType() || r.getType() == Type.CNAME)
          .forEach(record -> answer.addRecord(record, Section.ANSWER));
    }
    if (answer.getSection(Section.ANSWER).isEmpty()) {
      answer.addRecord(
          new SOARecord(ZONE, DClass.IN, 60, ZONE, ZONE, 1, 1, 1, 1, 60), Section.AUTHORITY);
    }
    return answer;
  }
}
