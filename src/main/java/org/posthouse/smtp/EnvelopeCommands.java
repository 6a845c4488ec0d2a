/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.posthouse.envelope.DeliverBy;
import org.posthouse.envelope.Orcpt;
import org.posthouse.envelope.Path;
import org.posthouse.envelope.Xtext;

/** The commands of a transaction, with the parameters that the host offers to understand. */
final class EnvelopeCommands {
  private final Transaction transaction;
  private final Capabilities capabilities;
  private final long now;

  /**
   * Those of one transaction.
   *
   * @param now in milliseconds since the epoch
   */
  EnvelopeCommands(Transaction transaction, Capabilities capabilities, long now) {
    this.transaction = transaction;
    this.capabilities = capabilities;
    this.now = now;
  }

  String mail() {
    StringBuilder command =
        new StringBuilder("MAIL FROM:<")
            .append(Path.written(transaction.reversePath()))
            .append('>');
    if (capabilities.has("SIZE")) {
      command.append(" SIZE=").append(transaction.content().size());
    }
    if (transaction.wants().binary()) {
      command.append(" BODY=BINARYMIME");
    } else if (capabilities.has("8BITMIME") && transaction.content().isEightBit()) {
      command.append(" BODY=8BITMIME");
    }
    if (transaction.needsUtf8()) {
      command.append(" SMTPUTF8");
    }
    if (capabilities.has("MT-PRIORITY")) {
      append(command, "MT-PRIORITY", text(transaction.wants().priority()));
    }
    DeliverBy by = transaction.wants().deliverBy();
    if (by != null && capabilities.has("DELIVERBY")) {
      append(command, "BY", by.value(now));
    }
    if (capabilities.has("DSN")) {
      append(command, "RET", transaction.ret());
      append(
          command, "ENVID", transaction.envid() == null ? null : Xtext.encode(transaction.envid()));
    }
    return command.toString();
  }

  List<String> recipients() {
    List<String> commands = new ArrayList<>(transaction.recipients().size());
    for (Transaction.To recipient : transaction.recipients()) {
      StringBuilder command =
          new StringBuilder("RCPT TO:<").append(Path.written(recipient.forwardPath())).append('>');
      if (capabilities.has("DSN")) {
        append(command, "NOTIFY", recipient.dsnNotify());
        append(command, "ORCPT", orcpt(recipient));
      }
      commands.add(command.toString());
    }
    return commands;
  }

  private @Nullable String orcpt(Transaction.To recipient) {
    return recipient.orcpt() == null
        ? null
        : Orcpt.parameter(recipient.orcpt(), transaction.needsUtf8());
  }

  private static @Nullable String text(@Nullable Integer number) {
    return number == null ? null : String.valueOf(number);
  }

  private static void append(StringBuilder command, String name, @Nullable String value) {
    if (value != null) {
      command.append(' ').append(name).append('=').append(value);
    }
  }
}
