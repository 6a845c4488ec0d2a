/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;

/** A client that gets as far as its kind does, and from there on sends an octet now and then. */
final class SlowClient implements AutoCloseable {
  private static final String MAIL =
      "EHLO slow.test\r\nMAIL FROM:<slow@relay.test>\r\nRCPT TO:<bob@next.test>\r\n";

  /** What a client is slow in; its octets end nothing that it has begun. */
  enum Kind {
    GREETING("", ""),
    COMMANDS("EHLO slow.test\r\n", "NOOP "),
    DATA(MAIL + "DATA\r\n", "X: y\r\n"),
    BDAT(MAIL + "BDAT 100000 LAST\r\n", "X: y\r\n"),
    HANDSHAKE("EHLO slow.test\r\nSTARTTLS\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001"),
    AUTH("EHLO slow.test\r\n", "QUFB");

    private final String begin;
    private final String octets;

    Kind(String begin, String octets) {
      this.begin = begin;
      this.octets = octets;
    }
  }

  private final Kind kind;
  private final SmtpDialog dialog;
  private int sent;
  private volatile boolean cut;

  private SlowClient(Kind kind, SmtpDialog dialog) {
    this.kind = kind;
    this.dialog = dialog;
  }

  /** Connects from that address and goes as far as its kind does. */
  static SlowClient connect(Kind kind, String address, int port) throws IOException {
    SmtpDialog dialog = new SmtpDialog(address, "127.0.0.1", port);
    dialog.expect("220");
    if (kind == Kind.AUTH) {
      dialog.ask("EHLO slow.test", "250");
      dialog.startTls();
    }
    dialog.send(kind.begin);
    if (kind != Kind.GREETING) {
      dialog.expect("250");
    }
    switch (kind) {
      case HANDSHAKE -> dialog.expect("220");
      case DATA, BDAT -> {
        dialog.expect("250");
        dialog.expect("250");
        if (kind == Kind.DATA) {
          dialog.expect("354");
        }
      }
      case AUTH -> dialog.ask("AUTH PLAIN", "334");
      default -> {}
    }
    return new SlowClient(kind, dialog);
  }

  /** Sends one octet; one that cannot be sent any more says that the relay has hung up. */
  void tick() {
    if (cut || kind.octets.isEmpty()) {
      return;
    }
    try {
      OutputStream out = dialog.output();
      out.write(kind.octets.substring(sent % kind.octets.length()).getBytes(ISO_8859_1), 0, 1);
      out.flush();
      sent++;
    } catch (IOException e) {
      cut = true;
    }
  }

  /** Whether the relay has not hung up. */
  boolean isOpen() {
    return !cut && dialog.isOpen();
  }

  @Override
  public String toString() {
    return kind.toString();
  }

  @Override
  public void close() throws IOException {
    dialog.close();
  }
}
