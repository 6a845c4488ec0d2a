/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.io.OutputStream;
import java.util.List;
import java.util.function.Supplier;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.WiringException;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.AbstractHookableCmdHandler;
import org.apache.james.protocols.smtp.hook.Hook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookResultHook;
import org.apache.james.protocols.smtp.hook.MessageHook;
import org.apache.james.smtpserver.JamesMessageHook;
import org.apache.mailet.Mail;
import org.jspecify.annotations.Nullable;

/**
 * The hooks that see a complete message: protocol level ones first, then James'. The first that
 * decides gives the reply.
 */
record MessageHooks(
    List<MessageHook> messageHooks,
    List<JamesMessageHook> jamesHooks,
    List<HookResultHook> observers) {
  MessageHooks() {
    this(List.of(), List.of(), List.of());
  }

  @SuppressWarnings("unchecked") // James wires by class and gives instances of that class.
  MessageHooks with(Class<?> type, List<?> extensions) throws WiringException {
    if (type == MessageHook.class) {
      return new MessageHooks((List<MessageHook>) extensions, jamesHooks, observers);
    }
    if (type == HookResultHook.class) {
      return new MessageHooks(messageHooks, jamesHooks, (List<HookResultHook>) extensions);
    }
    if (extensions.isEmpty()) {
      throw new WiringException("no handler takes messages");
    }
    return new MessageHooks(messageHooks, (List<JamesMessageHook>) extensions, observers);
  }

  /** The reply, or null when no hook decided. */
  @Nullable Response run(SMTPSession session, Mail mail, OutputStream body) {
    ReceivedEnvelope envelope = new ReceivedEnvelope(mail, body);
    for (MessageHook hook : messageHooks) {
      Response response = ask(session, hook, () -> hook.onMessage(session, envelope));
      if (response != null) {
        return response;
      }
    }
    for (JamesMessageHook hook : jamesHooks) {
      Response response = ask(session, hook, () -> hook.onMessage(session, mail));
      if (response != null) {
        return response;
      }
    }
    return null;
  }

  private @Nullable Response ask(SMTPSession session, Hook hook, Supplier<HookResult> question) {
    long start = System.nanoTime();
    HookResult result = question.get();
    long millis = (System.nanoTime() - start) / 1_000_000;
    for (HookResultHook observer : observers) {
      result = observer.onHookResult(session, result, millis, hook);
    }
    return AbstractHookableCmdHandler.calcDefaultSMTPResponse(result);
  }
}
