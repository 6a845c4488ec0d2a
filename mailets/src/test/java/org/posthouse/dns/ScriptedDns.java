/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A DNS that knows what it was told and fails where it was told to. As {@link Dns} it answers in
 * memory, through the code that reads real replies, keeping nothing; {@link #serve} opens a name
 * server on loopback that says the same. A name that nothing is known of does not exist.
 */
public final class ScriptedDns implements Dns {
  private static final long TTL = 300;
  private static final int LONGEST_STRING = 255;

  private final Map<Name, List<Record>> records = new ConcurrentHashMap<>();
  private final Map<Question, Integer> failures = new ConcurrentHashMap<>();
  private final Set<Question> silent = ConcurrentHashMap.newKeySet();
  private final Set<Name> truncated = ConcurrentHashMap.newKeySet();
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private final SystemDns memory =
      new SystemDns(
          new NameServers(List.of(new MemoryResolver()), 1),
          Duration.ofSeconds(5),
          new AnswerCache(0, 0),
          System::nanoTime);

  /** A DNS that knows nothing yet. */
  public ScriptedDns() {}

  /**
   * A DNS that knows a zone.
   *
   * @param zone lines of a master file, such as {@code a.test. 60 MX 10 b.test.}; TTL and class may
   *     be left out, and so may the last dot of a name
   */
  public static ScriptedDns of(String... zone) {
    return new ScriptedDns().with(zone);
  }

  /** Knows these lines of a master file too. */
  public ScriptedDns with(String... zone) {
    byte[] text = (String.join("\n", zone) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    try (Master master = new Master(new ByteArrayInputStream(text), Name.root, TTL)) {
      for (Record each = master.nextRecord(); each != null; each = master.nextRecord()) {
        with(each);
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Knows this record too. */
  public ScriptedDns with(Record record) {
    records.computeIfAbsent(record.getName(), any -> new CopyOnWriteArrayList<>()).add(record);
    return this;
  }

  /** Knows one TXT record, split where it has to be. */
  public ScriptedDns withTxt(String name, String text) {
    return withTxt(name, List.of(text));
  }

  /** Knows one TXT record of these strings, one char per octet, split further where needed. */
  public ScriptedDns withTxt(String name, List<String> texts) {
    List<String> strings = new ArrayList<>();
    for (String text : texts) {
      for (int start = 0; start < text.length(); start += LONGEST_STRING) {
        int end = Math.min(text.length(), start + LONGEST_STRING);
        strings.add(escaped(text.substring(start, end)));
      }
    }
    return with(new TXTRecord(name(name), DClass.IN, TTL, strings));
  }

  /** A string of a TXT record, one char per octet, in the form of a master file. */
  public static String escaped(String octets) {
    StringBuilder text = new StringBuilder();
    for (int each = 0; each < octets.length(); each++) {
      char c = octets.charAt(each);
      boolean isPlain = c >= ' ' && c < 0x7F && c != '\\' && c != '"';
      text.append(isPlain ? String.valueOf(c) : String.format(Locale.ROOT, "\\%03d", (int) c));
    }
    return text.toString();
  }

  /** Knows that a name exists, though perhaps nothing else. */
  public ScriptedDns withEmpty(String name) {
    records.computeIfAbsent(name(name), any -> new CopyOnWriteArrayList<>());
    return this;
  }

  /** Answers SERVFAIL to these types of a name, or to all. */
  public ScriptedDns failing(String name, int... types) {
    return failing(Rcode.SERVFAIL, name, types);
  }

  /** Answers with an error of this number to these types of a name, or to all. */
  public ScriptedDns failing(int rcode, String name, int... types) {
    questions(name, types).forEach(question -> failures.put(question, rcode));
    return this;
  }

  /** Does not answer these types of a name, or any. In memory that is a time-out at once. */
  public ScriptedDns silent(String name, int... types) {
    silent.addAll(questions(name, types));
    return this;
  }

  /** Says over UDP that what it knows of a name does not fit. */
  public ScriptedDns truncated(String name) {
    truncated.add(name(name));
    return this;
  }

  /** Forgets everything of a name. */
  public ScriptedDns forget(String name) {
    records.remove(name(name));
    failures.keySet().removeIf(question -> question.name().equals(name(name)));
    silent.removeIf(question -> question.name().equals(name(name)));
    truncated.remove(name(name));
    return this;
  }

  /** What was asked, as {@code name TYPE}; over TCP, {@code name TYPE tcp}. */
  public List<String> questions() {
    return questions;
  }

  @Override
  public Answer ask(String name, int type) {
    return memory.ask(name, type);
  }

  /** Opens a name server, UDP and TCP, on a free port of loopback. */
  public ScriptedNameServer serve() {
    return new ScriptedNameServer(this);
  }

  /** What a name server sends; null when it is silent. */
  Message reply(Message query, boolean tcp) {
    Record asked = query.getQuestion();
    Question question = new Question(asked.getName(), asked.getType());
    questions.add(asked.getName() + " " + Type.string(asked.getType()) + (tcp ? " tcp" : ""));
    if (isScripted(silent, question)) {
      return null;
    }
    Message reply = new Message(query.getHeader().getID());
    reply.getHeader().setFlag(Flags.QR);
    reply.getHeader().setFlag(Flags.RA);
    reply.addRecord(asked, Section.QUESTION);
    if (isScripted(failures.keySet(), question)) {
      Question any = new Question(question.name(), Type.ANY);
      reply.getHeader().setRcode(failures.getOrDefault(question, failures.get(any)));
    } else if (!tcp && truncated.contains(question.name())) {
      reply.getHeader().setFlag(Flags.TC);
    } else {
      fill(reply, question);
    }
    return reply;
  }

  private void fill(Message reply, Question question) {
    List<Record> known = records.get(question.name());
    if (known == null) {
      reply.getHeader().setRcode(Rcode.NXDOMAIN);
    } else {
      known.stream()
          .filter(each -> each.getType() == question.type() || each.getType() == Type.CNAME)
          .forEach(each -> reply.addRecord(each, Section.ANSWER));
    }
    if (reply.getSection(Section.ANSWER).isEmpty()) {
      Name zone = Name.root;
      SOARecord soa = new SOARecord(zone, DClass.IN, TTL, zone, zone, 1, 1, 1, 1, TTL);
      reply.addRecord(soa, Section.AUTHORITY);
    }
  }

  private static boolean isScripted(Set<Question> set, Question question) {
    return set.contains(question) || set.contains(new Question(question.name(), Type.ANY));
  }

  private static List<Question> questions(String name, int... types) {
    List<Question> all = new ArrayList<>();
    for (int type : types.length == 0 ? new int[] {Type.ANY} : types) {
      all.add(new Question(name(name), type));
    }
    return all;
  }

  private static Name name(String text) {
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Hands questions over without sockets. */
  private final class MemoryResolver implements Resolver {
    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
      Message reply = reply(query, true);
      questions.set(questions.size() - 1, questions.get(questions.size() - 1).replace(" tcp", ""));
      return reply == null
          ? CompletableFuture.failedFuture(new SocketTimeoutException("silent"))
          : CompletableFuture.completedFuture(reply);
    }

    @Override
    public void setPort(int port) {}

    @Override
    public void setTCP(boolean flag) {}

    @Override
    public void setIgnoreTruncation(boolean flag) {}

    @Override
    public void setEDNS(int version, int payload, int flags, List<EDNSOption> options) {}

    @Override
    public void setTSIGKey(TSIG key) {}

    @Override
    public void setTimeout(Duration timeout) {}
  }
}
