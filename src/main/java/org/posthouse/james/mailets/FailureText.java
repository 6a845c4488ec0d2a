/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.mailets;

import com.sun.mail.smtp.SMTPAddressFailedException;
import com.sun.mail.smtp.SMTPSendFailedException;
import com.sun.mail.smtp.SMTPSenderFailedException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import javax.mail.MessagingException;
import org.jspecify.annotations.Nullable;

/** Why an attempt failed, on one line: the next host's reply, or what kept it from giving one. */
final class FailureText {
  private static final int DEEPEST = 100;
  private static final String OTHERS_REFUSED =
      "not sent because the host refused another recipient";

  private FailureText() {}

  /** The reply in a failure if there is one, else what the exceptions say. */
  static String of(Throwable failure) {
    Set<String> said = new LinkedHashSet<>();
    Throwable each = failure;
    for (int depth = 0; each != null && depth < DEEPEST; depth++, each = next(each)) {
      if (isReply(each)) {
        return message(each);
      }
      said.add(message(each));
    }
    return String.join(": ", said);
  }

  /** Replies to single recipients, by address; empty when the failure is about all of them. */
  static Map<String, String> byAddress(MessagingException failure) {
    Map<String, String> replies = new LinkedHashMap<>();
    for (Throwable each = failure; each != null; each = next(each)) {
      if (each instanceof SMTPAddressFailedException refused && refused.getAddress() != null) {
        replies.put(refused.getAddress().getAddress(), message(refused));
      }
    }
    return replies;
  }

  /** What to say of a recipient of a failed transaction. */
  static String of(MessagingException failure, Map<String, String> byAddress, String address) {
    String own = byAddress.get(address);
    if (own != null) {
      return own;
    }
    return byAddress.isEmpty() ? of(failure) : OTHERS_REFUSED;
  }

  /** With sendpartial the outermost exception carries the reply to what was sent: a 250. */
  private static boolean isReply(Throwable failure) {
    if (failure instanceof SMTPAddressFailedException) {
      return true;
    }
    if (failure instanceof SMTPSendFailedException send) {
      return send.getReturnCode() >= 400;
    }
    return failure instanceof SMTPSenderFailedException;
  }

  private static @Nullable Throwable next(Throwable failure) {
    return failure instanceof MessagingException mail
        ? mail.getNextException()
        : failure.getCause();
  }

  private static String message(Throwable failure) {
    String text = failure.getMessage();
    return text == null || text.isBlank()
        ? failure.getClass().getSimpleName()
        : text.strip().replaceAll("\\s+", " ");
  }
}
