/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.esmtp.EhloExtension;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.Xtext;
import org.posthouse.james.Reply;

/**
 * XCLIENT, as Postfix has defined it: a filter or proxy that the door trusts says for whom it
 * speaks, and the session begins anew as that client's.
 */
public final class XclientCommand implements CommandHandler<SMTPSession>, EhloExtension {
  private static final List<String> NAMES =
      List.of("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT");
  private static final String NOT_KNOWN = "[UNAVAILABLE]";
  private static final String NOT_KNOWN_NOW = "[TEMPUNAVAIL]";

  /** Of a client whose address the proxy does not know: it is of no network, and has no right. */
  private static final InetAddress NOWHERE = InetAddresses.forString("0.0.0.0");

  private static final Response NOT_ALLOWED =
      Reply.of("550", "5.7.0 This host may not use XCLIENT");

  @Override
  public Response onCommand(SMTPSession session, Request request) {
    RelaySession relay = RelaySession.of(session);
    if (!mayUse(relay)) {
      return NOT_ALLOWED;
    }
    if (session.getAttachment(SMTPSession.SENDER, State.Transaction).isPresent()) {
      return Replies.NESTED_MAIL;
    }
    try {
      begin(relay, attributes(request.getArgument()));
      return Reply.of("220", session.getConfiguration().getHelloName() + " ESMTP");
    } catch (CommandRefusedException e) {
      return e.reply();
    }
  }

  private static boolean mayUse(RelaySession session) {
    return session.door().mayUseXclient(session.client().peer().getAddress());
  }

  private static Map<String, String> attributes(@Nullable String argument) {
    Map<String, String> attributes = new HashMap<>();
    for (String word : Optional.ofNullable(argument).orElse("").strip().split(" +", -1)) {
      int equals = word.indexOf('=');
      String name = word.substring(0, Math.max(0, equals)).toUpperCase(Locale.ROOT);
      String value = word.substring(equals + 1);
      if (!NAMES.contains(name) || !isValue(value)) {
        throw bad("an attribute is none of " + String.join(" ", NAMES) + ", or malformed");
      }
      if (attributes.put(name, Xtext.decode(value)) != null) {
        throw bad(name + " comes twice");
      }
    }
    return attributes;
  }

  private static boolean isValue(String text) {
    return text.equals(NOT_KNOWN) || text.equals(NOT_KNOWN_NOW) || Xtext.isXtext(text);
  }

  private static void begin(RelaySession session, Map<String, String> attributes) {
    check(attributes);
    InetSocketAddress before = session.client().address();
    Optional<String> address = known(attributes, "ADDR");
    InetAddress host =
        address
            .map(text -> address("ADDR", text))
            .orElse(attributes.containsKey("ADDR") ? NOWHERE : before.getAddress());
    int port = known(attributes, "PORT").map(text -> port("PORT", text)).orElse(before.getPort());
    Optional<String> greeting = known(attributes, "HELO").map(XclientCommand::greeting);
    Optional<Username> login = known(attributes, "LOGIN").map(XclientCommand::username);
    // All or nothing: who is refused is still whom he was.
    session.beginAs(session.client().at(new InetSocketAddress(host, port)));
    greeting.ifPresent(name -> greet(session, attributes, name));
    login.ifPresent(name -> login(session, name));
  }

  /** What is not made use of must be right, too. */
  private static void check(Map<String, String> attributes) {
    if (!known(attributes, "PROTO").orElse("SMTP").matches("(?i)E?SMTP")) {
      throw bad("PROTO is SMTP or ESMTP");
    }
    if (!ClientName.isOne(known(attributes, "NAME").orElse("-"))) {
      throw bad("NAME is no name");
    }
    known(attributes, "DESTADDR").ifPresent(text -> address("DESTADDR", text));
    known(attributes, "DESTPORT").ifPresent(text -> port("DESTPORT", text));
  }

  private static Optional<String> known(Map<String, String> attributes, String name) {
    return Optional.ofNullable(attributes.get(name))
        .filter(value -> !value.equals(NOT_KNOWN) && !value.equals(NOT_KNOWN_NOW));
  }

  private static InetAddress address(String name, String text) {
    String bare = text.regionMatches(true, 0, "IPV6:", 0, 5) ? text.substring(5) : text;
    if (!InetAddresses.isInetAddress(bare)) {
      throw bad(name + " is no address");
    }
    return InetAddresses.forString(bare);
  }

  private static int port(String name, String text) {
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
      throw bad(name + " is no port");
    }
    return Integer.parseInt(text);
  }

  private static String greeting(String name) {
    if (!ClientName.isOne(name)) {
      throw bad("HELO is no name");
    }
    return name;
  }

  private static Username username(String login) {
    try {
      return Username.of(login);
    } catch (IllegalArgumentException e) {
      throw bad("LOGIN is no name of a user");
    }
  }

  /** The client has greeted the proxy; it need not do so again. */
  private static void greet(RelaySession session, Map<String, String> attributes, String name) {
    boolean extended = known(attributes, "PROTO").filter("ESMTP"::equalsIgnoreCase).isPresent();
    ClientName.set(session, extended ? "EHLO" : "HELO", name);
  }

  /** Whom the proxy has let in; it has asked for the password. */
  private static void login(RelaySession session, Username login) {
    session.setUsername(login);
    session.setRelayingAllowed(true);
  }

  private static CommandRefusedException bad(String text) {
    return new CommandRefusedException("501", "5.5.4 " + text);
  }

  @Override
  public List<String> getImplementedEsmtpFeatures(SMTPSession session) {
    return mayUse(RelaySession.of(session))
        ? List.of("XCLIENT " + String.join(" ", NAMES))
        : List.of();
  }

  @Override
  public Collection<String> getImplCommands() {
    return List.of("XCLIENT");
  }
}
