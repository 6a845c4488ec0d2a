/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dsn;

import org.posthouse.envelope.EnhancedStatusCode;

/** What the sender of a mail that failed can do now, by its status (RFC 3463, section 3). */
final class Advice {
  private Advice() {}

  static String of(EnhancedStatusCode status) {
    return switch (status.subject()) {
      case 1 -> address(status.detail());
      case 2 -> mailbox(status.detail());
      case 3 -> status.detail() == 4 ? tooLarge() : later();
      case 4 -> network(status.detail());
      case 5 -> status.detail() == 3 ? "Send the mail to fewer recipients at a time." : unknown();
      case 6 -> content(status.detail());
      case 7 -> rules();
      default -> unknown();
    };
  }

  private static String address(int detail) {
    return switch (detail) {
      case 2, 10 -> "Check what stands after the @ in the address: no mail is taken for it.";
      case 7, 8 ->
          "It is your own address that is refused. Pass this report on to your postmaster.";
      default ->
          "Check the address for typing errors. If it is right, ask the recipient in another way"
              + " whether it is still in use.";
    };
  }

  private static String mailbox(int detail) {
    return switch (detail) {
      case 2 ->
          "Send the mail again in a few days, or tell the recipient that the mailbox is full.";
      case 3 -> tooLarge();
      default -> "Ask the recipient in another way for an address that takes mail.";
    };
  }

  private static String network(int detail) {
    return switch (detail) {
      case 4 -> "Check what stands after the @ in the address.";
      case 6 -> "Pass this report on to the recipient's postmaster: the mail goes in circles.";
      default -> later();
    };
  }

  private static String content(int detail) {
    return detail == 7
        ? "Ask the recipient for an address without special characters."
        : "Send the mail in a simpler form, as plain text without attachments.";
  }

  private static String tooLarge() {
    return "Send the mail with fewer or smaller attachments.";
  }

  private static String later() {
    return "Check the address, and send the mail again later.";
  }

  private static String rules() {
    return "It is refused by the rules of the recipient's site. Ask the recipient in another way to"
        + " show its postmaster this report.";
  }

  private static String unknown() {
    return "If the answer does not tell what is wrong, pass this report on to your postmaster.";
  }
}
