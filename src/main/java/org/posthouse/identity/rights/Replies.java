/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import org.posthouse.envelope.SmtpReply;

/** What clients are told (RFC 5321, section 4.2; RFC 3463). */
final class Replies {
  private static final int LONGEST = 100;

  private Replies() {}

  static SmtpReply nobody(Client client) {
    return client.identity() == null
        ? denied("Relaying denied: no rule lets " + client.name() + " send without a login")
        : denied("Relaying denied: no rule lets " + client.name() + " send");
  }

  static SmtpReply denied(String text) {
    return SmtpReply.of(550, "5.7.1 " + printable(text));
  }

  /** RFC 3463: 5.1.7, bad sender's mailbox address syntax. */
  static SmtpReply badSender() {
    return SmtpReply.of(553, "5.1.7 The sender's address cannot be read without doubt");
  }

  /** RFC 3463: 5.6.0, other or undefined media error. */
  static SmtpReply badHeader(String why) {
    return SmtpReply.of(554, "5.6.0 " + printable("Message refused: " + why));
  }

  static SmtpReply tooLarge(long most) {
    return SmtpReply.of(552, "5.3.4 Message too large: you may send " + most + " octets");
  }

  /** RFC 5321, section 4.1.1.11: a parameter that is not implemented, here for this client. */
  static SmtpReply noExtension(String extension) {
    return SmtpReply.of(555, "5.5.4 You may not use " + extension);
  }

  /** An address as a reply can hold it. */
  static String shown(String address) {
    return printable("<" + beginning(address) + ">");
  }

  /** What a client has written, as far as a reply has room for it. */
  static String beginning(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }

  private static String printable(String text) {
    return text.replaceAll("[^ -~]", "?");
  }
}
