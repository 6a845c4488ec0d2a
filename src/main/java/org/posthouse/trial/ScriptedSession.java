/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The dialogue with one client: reads lines, looks them up, follows what was agreed. */
final class ScriptedSession {
  private final Wire wire;
  private final Supplier<SmtpScript> script;
  private final Consumer<ReceivedMail> received;
  private final List<String> rcptTo = new ArrayList<>();
  private static final Reaction NOBODY = Reaction.reply("503 5.5.1 Nothing to go on with");

  private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
  private String helo = "";
  private String mailFrom = "";

  ScriptedSession(Wire wire, Supplier<SmtpScript> script, Consumer<ReceivedMail> received) {
    this.wire = wire;
    this.script = script;
    this.received = received;
  }

  void run() throws IOException {
    SSLContext tls = script.get().tls();
    if (tls != null && script.get().isImplicitTls()) {
      wire.secure(tls);
    }
    script.get().greeting().perform(wire);
    @Nullable String line;
    while (!wire.isClosed() && (line = wire.readCommand()) != null) {
      if (verb(line).equals("BDAT")) {
        takeChunk(line);
        continue;
      }
      Reaction reaction = script.get().reactionTo(line, wire.isSecured());
      if (reaction.isPositive() && isOutOfOrder(verb(line), reaction)) {
        reaction = NOBODY;
      }
      reaction.perform(wire);
      if (reaction.isPositive() && !wire.isClosed()) {
        follow(verb(line), line);
      }
    }
  }

  /** RFC 5321, section 4.1.4; a script may still go on where it should not. */
  private boolean isOutOfOrder(String verb, Reaction reaction) {
    return switch (verb) {
      case "RCPT" -> mailFrom.isEmpty();
      case "DATA" -> reaction.equals(SmtpScript.GO_ON) && rcptTo.isEmpty();
      default -> false;
    };
  }

  private void follow(String verb, String line) throws IOException {
    switch (verb) {
      case "EHLO", "HELO" -> helo = argument(line, ' ');
      case "MAIL" -> mailFrom = argument(line, ':');
      case "RCPT" -> rcptTo.add(argument(line, ':'));
      case "RSET" -> forget();
      case "STARTTLS" -> secure();
      case "DATA" -> takeContent();
      default -> {}
    }
  }

  private void secure() throws IOException {
    SSLContext tls = script.get().tls();
    if (tls != null) {
      wire.secure(tls);
      helo = "";
      forget();
    }
  }

  /** The mail is recorded before the answer goes out: a client that saw 250 finds it recorded. */
  private void takeContent() throws IOException {
    byte[] content = readContent();
    if (content == null) {
      return;
    }
    Reaction reaction = script.get().reactionTo(".", wire.isSecured());
    received.accept(
        new ReceivedMail(
            helo, mailFrom, List.copyOf(rcptTo), content, wire.isSecured(), reaction.code()));
    forget();
    reaction.perform(wire);
  }

  /** Undoes the stuffing of RFC 5321, 4.5.2; null if the client left before the final dot. */
  private byte @Nullable [] readContent() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream(8 * 1024);
    byte[] line;
    while ((line = wire.readOctets()) != null) {
      boolean dotted = line.length > 0 && line[0] == '.';
      if (dotted && line.length == 1) {
        return content.toByteArray();
      }
      content.write(line, dotted ? 1 : 0, line.length - (dotted ? 1 : 0));
      content.write('\r');
      content.write('\n');
    }
    return null;
  }

  /** RFC 3030: the octets come in any case; the last chunk is answered as a final dot is. */
  private void takeChunk(String line) throws IOException {
    String[] words = line.split(" ", -1);
    chunks.write(wire.readOctets(Integer.parseInt(words[1])));
    boolean last = words.length > 2;
    Reaction reaction =
        rcptTo.isEmpty() ? NOBODY : script.get().reactionTo(last ? "." : "BDAT", wire.isSecured());
    if (last && !rcptTo.isEmpty()) {
      received.accept(
          new ReceivedMail(
              helo,
              mailFrom,
              List.copyOf(rcptTo),
              chunks.toByteArray(),
              wire.isSecured(),
              reaction.code()));
      forget();
    }
    reaction.perform(wire);
  }

  private void forget() {
    chunks.reset();
    mailFrom = "";
    rcptTo.clear();
  }

  private static String verb(String line) {
    int end = line.indexOf(' ');
    return (end < 0 ? line : line.substring(0, end)).toUpperCase(Locale.ROOT);
  }

  private static String argument(String line, char separator) {
    return line.substring(line.indexOf(separator) + 1).strip();
  }
}
