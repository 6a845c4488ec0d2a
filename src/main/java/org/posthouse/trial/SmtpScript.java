/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The table that drives a {@link ScriptedSmtpServer}: from what the client says to a reaction. A
 * key is the beginning of the client's line, in any case; {@code "."} is the end of the data. The
 * longest key wins; of equal ones first those with a number of times left, then the youngest.
 *
 * <p>Every method returns a new script; the entries with a number of times count down wherever they
 * are used, so a script serves one server.
 */
public final class SmtpScript {
  private record Entry(String key, Reaction reaction, AtomicInteger left, boolean limited) {
    boolean matches(String line) {
      return left.get() > 0 && line.regionMatches(true, 0, key, 0, key.length());
    }

    /** False if another session used the last one up. */
    boolean take() {
      return !limited || left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }
  }

  private static final Comparator<Entry> BEST_FIRST =
      Comparator.comparingInt((Entry entry) -> -entry.key.length())
          .thenComparing(entry -> !entry.limited);

  private final Reaction greeting;
  private final List<String> extensions;
  private final List<Entry> entries;
  private final @Nullable SSLContext tls;
  private final boolean implicitTls;

  private SmtpScript(
      Reaction greeting,
      List<String> extensions,
      List<Entry> entries,
      @Nullable SSLContext tls,
      boolean implicitTls) {
    this.greeting = greeting;
    this.extensions = extensions;
    this.entries = entries;
    this.tls = tls;
    this.implicitTls = implicitTls;
  }

  /** Said of a mail to somebody; of one to nobody it would be wrong (RFC 5321, section 3.3). */
  static final Reaction GO_ON = Reaction.reply("354 End with a dot");

  /** Takes every mail, with the usual extensions and without TLS. */
  public static SmtpScript accepting() {
    Reaction greeting = Reaction.reply("220 next.example ESMTP");
    List<String> extensions =
        List.of("PIPELINING", "8BITMIME", "SIZE 0", "DSN", "SMTPUTF8", "ENHANCEDSTATUSCODES");
    return new SmtpScript(greeting, extensions, List.of(), null, false)
        .on("", Reaction.reply("500 5.5.1 This is not in my table"))
        .on("HELO", Reaction.reply("250 next.example"))
        .on("AUTH PLAIN", Reaction.reply("235 2.7.0 You are in"))
        .on("MAIL FROM:", Reaction.reply("250 2.1.0 Sender taken"))
        .on("RCPT TO:", Reaction.reply("250 2.1.5 Recipient taken"))
        .on("DATA", GO_ON)
        .on(".", Reaction.reply("250 2.0.0 Message taken"))
        .on("BDAT", Reaction.reply("250 2.0.0 Chunk taken"))
        .on("RSET", Reaction.reply("250 2.0.0 Forgotten"))
        .on("NOOP", Reaction.reply("250 2.0.0 Still here"))
        .on("QUIT", Reaction.reply("221 2.0.0 Bye").thenClose());
  }

  /** What is done as soon as a client is connected. */
  public SmtpScript greeting(Reaction reaction) {
    return new SmtpScript(reaction, extensions, entries, tls, implicitTls);
  }

  /** The lines after the first of the reply to EHLO; STARTTLS is added by {@link #starttls}. */
  public SmtpScript extensions(String... lines) {
    return new SmtpScript(greeting, List.of(lines), entries, tls, implicitTls);
  }

  /** Reacts so whenever a line begins with the key. */
  public SmtpScript on(String key, Reaction reaction) {
    return with(new Entry(key, reaction, new AtomicInteger(Integer.MAX_VALUE), false));
  }

  /** Reacts so this many times, over all sessions; then what the table said before holds again. */
  public SmtpScript times(int count, String key, Reaction reaction) {
    return with(new Entry(key, reaction, new AtomicInteger(count), true));
  }

  /** Offers STARTTLS and changes to TLS after a 220 to it. */
  public SmtpScript starttls(SSLContext context) {
    return new SmtpScript(greeting, extensions, entries, context, false)
        .on("STARTTLS", Reaction.reply("220 2.0.0 Go ahead"));
  }

  /** Offers STARTTLS, answers 220 and then talks in clear where the handshake should begin. */
  public SmtpScript brokenStarttls(SSLContext context) {
    return starttls(context)
        .on("STARTTLS", Reaction.reply("220 2.0.0 Go ahead", "this is no handshake").thenClose());
  }

  /** Speaks TLS from the first octet (port 465). */
  public SmtpScript implicitTls(SSLContext context) {
    return new SmtpScript(greeting, extensions, entries, context, true);
  }

  private SmtpScript with(Entry entry) {
    List<Entry> more = new ArrayList<>(List.of(entry));
    more.addAll(entries);
    more.sort(BEST_FIRST);
    return new SmtpScript(greeting, extensions, List.copyOf(more), tls, implicitTls);
  }

  Reaction greeting() {
    return greeting;
  }

  @Nullable SSLContext tls() {
    return tls;
  }

  boolean isImplicitTls() {
    return implicitTls;
  }

  Reaction reactionTo(String line, boolean secured) {
    for (Entry entry : entries) {
      if (entry.key.isEmpty() && line.toUpperCase(Locale.ROOT).startsWith("EHLO")) {
        return offer(secured);
      }
      if (entry.matches(line) && entry.take()) {
        return entry.reaction;
      }
    }
    throw new IllegalStateException("a script has an entry for every line");
  }

  private Reaction offer(boolean secured) {
    boolean starttls = tls != null && !implicitTls && !secured;
    List<String> words =
        Stream.of(
                Stream.of("next.example"),
                extensions.stream(),
                starttls ? Stream.of("STARTTLS") : Stream.<String>empty())
            .flatMap(part -> part)
            .toList();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      lines.add((i < words.size() - 1 ? "250-" : "250 ") + words.get(i));
    }
    return Reaction.reply(lines.toArray(String[]::new));
  }
}
