/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.peers;

import java.util.Arrays;
import java.util.List;

/**
 * One way in which smtp-sink behaves, and what is to become of a mail for it.
 *
 * @param name also that of its domain
 * @param options of smtp-sink, separated by blanks; an underscore is a blank inside an option
 * @param body of the mail
 * @param event of the mail log
 * @param error a pattern of the error there; empty for none
 */
record SinkCase(String name, String options, String body, String event, String error) {
  private static final String LATER = "450 4.3.0 Error: command failed";
  private static final String NEVER = "500 5.3.0 Error: command failed";
  private static final String GONE = "421 4.0.0 Error: server unavailable|421 .*";
  private static final String CLOSED = "(?i).*clos.*|.*broke.*";
  private static final String SILENT = ".*did not answer in 2 s.*";

  private static SinkCase of(String name, String options, String event, String error) {
    return new SinkCase(name, options, "hello\r\n", event, error);
  }

  private static SinkCase delivered(String name, String options) {
    return of(name, options, "delivered", "");
  }

  private static SinkCase deferred(String name, String options, String error) {
    return of(name, options, "deferred", error);
  }

  private static SinkCase bounced(String name, String options, String error) {
    return of(name, options, "bounced", error);
  }

  /** All of them; each host is refused, closes, is silent or goes in each phase. */
  static List<SinkCase> all() {
    return List.of(
        delivered("plain", ""),
        delivered("without-esmtp", "-e"),
        delivered("without-pipelining", "-p"),
        delivered("without-dsn", "-N"),
        delivered("without-status-codes", "-E"),
        delivered("without-8bitmime", "-8"),
        delivered("like-pix", "-P"),
        delivered("slow-data", "-w 1"),
        delivered("slow-reader", "-H 1"),
        delivered("one-session", "-n 3"),
        delivered("ehlo-unknown", "-f EHLO"),
        delivered("quit-refused", "-f QUIT"),
        delivered("quit-closes", "-q QUIT"),
        new SinkCase("eight-bit", "-8", "\u00e9\r\n", "delivered", ""), // converted
        new SinkCase("eight-bit-taken", "", "\u00e9\r\n", "delivered", ""),
        deferred("greeting-later", "-r CONNECT", LATER),
        deferred("greeting-never", "-f CONNECT", NEVER),
        deferred("greeting-closes", "-q CONNECT", CLOSED),
        deferred("greeting-goes", "-Q CONNECT", GONE),
        deferred("ehlo-later", "-r EHLO", LATER),
        deferred("helo-never", "-f EHLO,HELO", NEVER),
        deferred("ehlo-closes", "-q EHLO", CLOSED),
        deferred("ehlo-goes", "-Q EHLO", GONE),
        deferred("ehlo-silent", "-W EHLO:9", SILENT),
        deferred("speaks-lmtp", "-L", "5.*"),
        deferred("mail-later", "-r MAIL", LATER),
        bounced("mail-never", "-f MAIL", NEVER),
        deferred("mail-closes", "-q MAIL", CLOSED),
        deferred("mail-goes", "-Q MAIL", GONE),
        deferred("mail-silent", "-p -W MAIL:9", SILENT),
        deferred("rcpt-later", "-r RCPT", LATER),
        bounced("rcpt-never", "-f RCPT", NEVER),
        deferred("rcpt-closes", "-q RCPT", CLOSED),
        deferred("rcpt-goes", "-Q RCPT", GONE),
        deferred("rcpt-silent", "-p -W RCPT:9", SILENT),
        deferred("data-later", "-r DATA", LATER),
        bounced("data-never", "-f DATA", NEVER),
        deferred("data-closes", "-q DATA", CLOSED),
        deferred("data-goes", "-Q DATA", GONE),
        deferred("data-silent", "-w 9", SILENT),
        bounced("content-aborted", "-A 0", "550 .*"),
        deferred("dot-later", "-r .", LATER),
        bounced("dot-never", "-f .", NEVER),
        deferred("dot-closes", "-q .", CLOSED),
        deferred("dot-goes", "-Q .", GONE),
        deferred("dot-silent", "-W .:9", SILENT),
        deferred("own-words", "-r RCPT -b 451_4.7.1_Come_back", "451 4.7.1 Come back"),
        bounced("own-refusal", "-f RCPT -B 550_5.7.1_Go_away", "550 5.7.1 Go away"),
        deferred("full", "-f RCPT -B 552_5.5.3_Enough_of_them", "552 5.5.3 Enough of them"),
        deferred("login", "-f MAIL -B 530_5.7.0_Log_in_first", "530 5.7.0 Log in first"));
  }

  List<String> command() {
    return options.isEmpty()
        ? List.of()
        : Arrays.stream(options.split(" ")).map(word -> word.replace('_', ' ')).toList();
  }

  String domain() {
    return name + ".sinks.test";
  }

  boolean isBounced() {
    return event.equals("bounced");
  }

  @Override
  public String toString() {
    return name + " (" + options + "): " + event;
  }
}
