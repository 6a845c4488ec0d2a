/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.mailets;

import com.sun.mail.smtp.SMTPAddressFailedException;
import com.sun.mail.smtp.SMTPSendFailedException;
import com.sun.mail.smtp.SMTPSenderFailedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.mail.MessagingException;
import javax.mail.internet.InternetAddress;
import org.jspecify.annotations.Nullable;

/** Why an attempt failed, on one line: the next host's reply, or what kept it from giving one. */
final class FailureText {
  private static final int DEEPEST = 1000;
  private static final int FIRST_FAILURE = 400;
  private static final int LAST_FAILURE = 599;

  /** What JavaMail has for a connection that ended. */
  private static final String END = "[EOF]";

  /** Nothing was said to this one: as after a reply that asks to come again. */
  private static final Reply OTHERS_REFUSED =
      new Reply(OptionalInt.of(450), "not sent because the host refused another recipient");

  /** What is said to one recipient, or to all. */
  private record Reply(OptionalInt code, String text) {}

  private final Map<String, Reply> replies = new HashMap<>();
  private final Reply toAll;

  /** What a failed transaction says of its recipients. */
  FailureText(MessagingException failure) {
    Optional<Reply> broken = Optional.empty();
    for (Throwable each : chain(failure)) {
      if (each instanceof SMTPAddressFailedException refused && refused.getAddress() != null) {
        if (isReply(refused.getReturnCode())) {
          OptionalInt code = OptionalInt.of(refused.getReturnCode());
          replies.put(refused.getAddress().getAddress(), new Reply(code, message(refused)));
        } else {
          broken = Optional.of(new Reply(OptionalInt.empty(), message(refused)));
        }
      }
    }
    toAll = broken.orElseGet(() -> replies.isEmpty() ? toAll(failure) : OTHERS_REFUSED);
  }

  /** JavaMail takes the end of the connection, and whatever a host says, for a refusal. */
  private static boolean isReply(int code) {
    return code >= FIRST_FAILURE && code <= LAST_FAILURE;
  }

  /** The code of the reply that a recipient was refused with; empty when it was not about him. */
  OptionalInt code(InternetAddress recipient) {
    return reply(recipient).code();
  }

  String text(InternetAddress recipient) {
    return reply(recipient).text();
  }

  private Reply reply(InternetAddress recipient) {
    return replies.getOrDefault(recipient.getAddress(), toAll);
  }

  /** The reply in a failure if there is one, else what the exceptions say. */
  static String of(Throwable failure) {
    return toAll(failure).text();
  }

  private static Reply toAll(Throwable failure) {
    Set<String> said = new LinkedHashSet<>();
    for (Throwable each : chain(failure)) {
      int code = code(each);
      if (isReply(code)) {
        return new Reply(OptionalInt.of(code), message(each));
      }
      said.add(message(each));
    }
    return new Reply(OptionalInt.empty(), String.join(": ", said));
  }

  /** With sendpartial the outermost exception carries the reply to what was sent: a 250. */
  private static int code(Throwable failure) {
    if (failure instanceof SMTPAddressFailedException refused) {
      return refused.getReturnCode();
    }
    if (failure instanceof SMTPSendFailedException send) {
      return send.getReturnCode();
    }
    return failure instanceof SMTPSenderFailedException sender ? sender.getReturnCode() : 0;
  }

  /** The first of a kind among a failure and what it came from. */
  static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> kind) {
    return chain(failure).stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> all = new ArrayList<>();
    for (Throwable each = failure; each != null && all.size() < DEEPEST; each = next(each)) {
      all.add(each);
    }
    return all;
  }

  private static @Nullable Throwable next(Throwable failure) {
    return failure instanceof MessagingException mail
        ? mail.getNextException()
        : failure.getCause();
  }

  private static String message(Throwable failure) {
    String text = failure.getMessage();
    if (text == null || text.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    return text.strip().equals(END)
        ? "the host closed the connection"
        : text.strip().replaceAll("\\s+", " ");
  }
}
