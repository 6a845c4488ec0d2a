/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.james.message.NastyMessages;
import org.posthouse.trial.ReceivedMail;

/**
 * What {@link SignedMailTest} runs: the corpus of awkward messages goes by SMTP through a relay
 * with the shipped chain and a key of each kind, by DATA and by BDAT.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SignedMailInside {
  private static final String SENDER = "a@example.com";
  private static final String HEADER = "From: Corpus <" + SENDER + ">\r\nX-Corpus: 1\r\n";
  private static final int LARGE = 20 << 20;
  private static final Pattern FIELD =
      Pattern.compile("DKIM-Signature:[^\\r]*(?:\\r\\n[ \\t][^\\r]*)*\\r\\n");

  /** What SMTP does not carry (RFC 5321 sections 2.3.8 and 4.1.1.4), and our bounds. */
  private static final Map<String, Set<String>> REFUSED =
      Map.of(
          "500 5.5.2 Line too long, message refused",
          Set.of("long lines by DATA", "one line without end by DATA"),
          "500 5.5.2 Lines must end with CRLF",
          Set.of(
              "CR at the end of the header by DATA",
              "LF body only by DATA",
              "LF only by DATA",
              "bare CR in body by DATA",
              "bare CR in header by DATA",
              "mixed line ends by DATA",
              "random by DATA"),
          "554 5.6.0 Lines must end with CRLF, unless BODY=BINARYMIME",
          Set.of(
              "CR at the end of the header by BDAT",
              "LF body only by BDAT",
              "LF only by BDAT",
              "bare CR in body by BDAT",
              "bare CR in header by BDAT",
              "mixed line ends by BDAT",
              "random by BDAT"),
          "552 5.3.4 The header of the message is larger than 512 KiB",
          Set.of(
              "headers without end by BDAT",
              "headers without end by DATA",
              "one line without end by BDAT"),
          "554 5.4.6 Too many hops: more than 100",
          both("many"),
          "554 5.6.0 Message refused: a line of the header holds blanks only",
          both("white line in header"),
          "554 5.6.0 Message refused: a line of the header is no field",
          both(
              "CR at the end of the header, mended",
              "no colon",
              "no headers, no empty line",
              "odd names",
              "random, mended"),
          "554 5.6.0 Message refused: the header holds a NUL or a bare CR",
          both("NUL in header"),
          "554 5.6.0 Message refused: the name of a header field is none",
          both("mbox line"));

  @TempDir static Path directory;

  private static NameServer nameServer;
  private static ExampleRelay relay;
  private static Map<String, String> records = Map.of();
  private static final Map<String, String> REPLIES = new TreeMap<>();

  /** Each name with the message that has arrived. */
  private static final Map<String, byte[]> ARRIVED = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    nameServer = NameServer.ofPrivateNetwork(InetAddress.getByName(PrivateNetwork.SINK));
    ExampleHome home =
        ExampleHome.shipped(Files.createDirectory(directory.resolve("home")))
            .withKey("example.com", "--selector", "rsa")
            .withKey("example.com", "--selector", "ed", "--ed25519");
    Files.writeString(
        home.conf("identities.xml"),
        "<identities><network identity='host'>" + ExampleRelay.KNOWN + "</network></identities>");
    Files.writeString(
        home.conf("senders.xml"),
        "<senders><rule name='host' identities='*'><sender>@example.com</sender></rule></senders>");
    records = home.keyRecords();
    relay = ExampleRelay.start(home, nameServer);
    sendAll();
  }

  @AfterAll
  static void stop() throws Exception {
    relay.close();
    nameServer.close();
  }

  private static Set<String> both(String... names) {
    return Stream.of(names)
        .flatMap(name -> Stream.of(name + " by BDAT", name + " by DATA"))
        .collect(Collectors.toSet());
  }

  private static Map<String, String> corpus() {
    Map<String, String> corpus = new LinkedHashMap<>();
    NastyMessages.all()
        .forEach(
            each -> {
              // The sender's domain is the one that signs.
              String message = text((byte[]) each.get()[1]).replaceAll("(?m)^From:", "X-From:");
              corpus.put((String) each.get()[0], message);
              if (!mended(message).equals(message)) {
                corpus.put(each.get()[0] + ", mended", mended(message));
              }
            });
    corpus.put("large", "\r\n" + ("y".repeat(70) + "\r\n").repeat(LARGE / 72));
    return corpus;
  }

  /** As SMTP takes it. */
  private static String mended(String message) {
    return message.replaceAll("\\r?\\n", "\r\n").replaceAll("\\r(?!\\n)|\\x00", "?");
  }

  private static String text(byte[] octets) {
    return new String(octets, ISO_8859_1);
  }

  private static void sendAll() throws Exception {
    Map<String, String> names = new LinkedHashMap<>();
    for (Map.Entry<String, String> each : corpus().entrySet()) {
      for (String way : List.of("DATA", "BDAT")) {
        String name = each.getKey() + " by " + way;
        String recipient = "r" + names.size() + "@remote.example";
        names.put(recipient, name);
        REPLIES.put(name, send(way, recipient, HEADER + each.getValue()));
      }
    }
    long taken = REPLIES.values().stream().filter(reply -> reply.startsWith("250")).count();
    for (ReceivedMail mail : relay.arrived((int) taken)) {
      String to = mail.recipients().get(0);
      ARRIVED.put(names.getOrDefault(to, "report " + ARRIVED.size()), mail.content());
    }
  }

  /** The reply to the end of the message. */
  private static String send(String way, String recipient, String message) throws Exception {
    try (SmtpDialog host = relay.hostAt(ExampleRelay.KNOWN)) {
      host.ask("MAIL FROM:<" + SENDER + "> BODY=8BITMIME", "250");
      host.ask("RCPT TO:<" + recipient + ">", "250");
      if (way.equals("BDAT")) {
        return host.send("BDAT " + message.length() + " LAST\r\n" + message).reply();
      }
      host.ask("DATA", "354");
      String stuffed = ("\r\n" + message).replace("\r\n.", "\r\n..").substring(2);
      return host.send(stuffed + (stuffed.endsWith("\r\n") ? "" : "\r\n") + ".\r\n").reply();
    } catch (IOException e) {
      return "closed";
    }
  }

  @Test
  @Order(1)
  void whatSmtpRefusesShouldBeTheseMessages() {
    Map<String, Set<String>> refused = new TreeMap<>();
    REPLIES.forEach(
        (name, reply) -> refused.computeIfAbsent(reply, none -> new TreeSet<>()).add(name));
    refused.keySet().removeIf(reply -> reply.startsWith("250"));
    assertThat(refused).isEqualTo(REFUSED);
  }

  @Test
  @Order(2)
  void allOthersShouldArrive() {
    List<String> missing = new ArrayList<>(REPLIES.keySet());
    missing.removeIf(name -> !REPLIES.get(name).startsWith("250") || ARRIVED.containsKey(name));
    assertThat(missing).isEmpty();
    assertThat(ARRIVED.get("large by DATA")).hasSizeGreaterThan(LARGE);
  }

  @Test
  @Order(3)
  void bothSignaturesShouldVerifyByDkimpy() throws Exception {
    assertThat(dkimpy(ARRIVED)).isEqualTo(all("pass pass"));
  }

  @Test
  @Order(4)
  void signatureWithRsaShouldVerifyByOpenDkim() throws Exception {
    Map<String, String> complaints = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> each : ARRIVED.entrySet()) {
      byte[] onlyRsa = without("s=ed;", text(each.getValue())).getBytes(ISO_8859_1);
      complaints.put(
          each.getKey(),
          ForeignVerifiers.openDkim(each.getValue(), directory)
              + ForeignVerifiers.openDkim(onlyRsa, directory));
    }
    assertThat(complaints).isEqualTo(all(""));
  }

  private static Map<String, String> all(String said) {
    Map<String, String> all = new LinkedHashMap<>();
    ARRIVED.keySet().forEach(name -> all.put(name, said));
    return all;
  }

  private static Map<String, String> dkimpy(Map<String, byte[]> messages) throws IOException {
    List<String> said = ForeignVerifiers.dkimpy(List.copyOf(messages.values()), records, directory);
    Map<String, String> all = new LinkedHashMap<>();
    messages.keySet().forEach(name -> all.put(name, said.get(all.size())));
    return all;
  }

  private static String without(String tag, String message) {
    Matcher field = FIELD.matcher(message);
    while (field.find()) {
      if (field.group().contains(tag)) {
        return message.substring(0, field.start()) + message.substring(field.end());
      }
    }
    throw new AssertionError("no signature with " + tag + " in " + message);
  }

  @Test
  @Order(5)
  void changedMessageShouldNotVerify() throws Exception {
    String plain = text(ARRIVED.get("plain by DATA"));
    Map<String, byte[]> changed = new LinkedHashMap<>();
    changed.put("body", plain.replace("body", "Body").getBytes(ISO_8859_1));
    changed.put("header", plain.replace("Corpus <", "corpus <").getBytes(ISO_8859_1));
    for (Map.Entry<String, String> each : dkimpy(changed).entrySet()) {
      assertThat(each.getValue()).as(each.getKey()).isEqualTo("fail fail");
      byte[] message = changed.get(each.getKey());
      assertThat(ForeignVerifiers.openDkim(message, directory)).as(each.getKey()).isNotEmpty();
    }
  }

  /** Last, since the exchanger offers less from here on. */
  @Test
  @Order(6)
  void mailThatHadToBeConvertedShouldVerify() throws Exception {
    int before = relay.arrived(0).size();
    relay.offer("PIPELINING");
    String text = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n";
    String eightBit = "Content-Transfer-Encoding: 8bit\r\n\r\ngr\u00c3\u00bc\u00c3\u009fe\r\n";
    Map<String, String> sent = new LinkedHashMap<>();
    sent.put("text@remote.example", HEADER + text + eightBit);
    String part = text.substring(text.indexOf("Content-")) + eightBit;
    sent.put(
        "parts@remote.example",
        HEADER
            + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
            + "Content-Transfer-Encoding: 8bit\r\n\r\n--b\r\n"
            + part
            + "--b\r\nContent-Type: application/x-any\r\n"
            + eightBit
            + "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            + "Message-ID: <inner@example.com>\r\nMIME-Version: 1.0\r\n"
            + part
            + "--b--\r\n");
    sent.put("undeclared@remote.example", HEADER + "\r\n\u00c3\u00bc\r\n");
    sent.put("header@remote.example", HEADER + "Subject: \u00c3\u00bc\r\n\r\nx\r\n");
    for (Map.Entry<String, String> each : sent.entrySet()) {
      assertThat(send("DATA", each.getKey(), each.getValue())).startsWith("250");
    }
    Map<String, byte[]> arrived = new LinkedHashMap<>();
    List<ReceivedMail> mails = relay.arrived(before + sent.size());
    mails
        .subList(before, mails.size())
        .forEach(mail -> arrived.put(mail.recipients().get(0), mail.content()));
    assertThat(arrived)
        .containsOnlyKeys(
            "text@remote.example", "parts@remote.example", "undeclared@remote.example", SENDER);
    assertThat(text(arrived.get("undeclared@remote.example")))
        .contains("charset=unknown-8bit", "=C3=BC");
    assertThat(text(arrived.get("text@remote.example"))).contains("gr=C3=BC=C3=9Fe");
    assertThat(text(arrived.get("parts@remote.example")))
        .matches("(?s).*--b\\r\n.*gr=C3=BC=C3=9Fe.*--b.*Z3LDvMOfZ.*--b.*inner@.*gr=C3=BC=C3=9Fe.*")
        .doesNotContain("8bit")
        .containsOnlyOnce("base64");
    assertThat(text(arrived.get(SENDER))).contains("Status: 5.6.3");
    arrived.remove(SENDER); // the relay's own report: its From is another domain's
    assertThat(dkimpy(arrived).values()).containsOnly("pass pass");
    for (byte[] each : arrived.values()) {
      assertThat(ForeignVerifiers.openDkim(each, directory)).isEmpty();
    }
  }
}
