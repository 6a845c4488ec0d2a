/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DialogueTraceTest {
  @Test
  void readShouldKeepTheDialogueAndLeaveSecretsAndContentOut() {
    String debug =
        """
        DEBUG: setDebug: JavaMail version 1.6.8
        220 relay ESMTP
        DEBUG SMTP: connected to host "127.0.0.1", port: 1
        EHLO client
        250-relay
        250 STARTTLS
        STARTTLS
        220 2.0.0 Ready
        DEBUG SMTP: AUTH PLAIN command trace suppressed
        DEBUG SMTP: AUTH PLAIN succeeded
        DATA
        354 Go
        Subject: x

        250 is no reply here
        .
        250 2.6.0 Message received as 7Q
        QUIT
        221 Bye
        """;
    assertThat(DialogueTrace.read(debug))
        .containsExactly(
            "S: 220 relay ESMTP",
            "C: EHLO client",
            "S: 250-relay",
            "S: 250 STARTTLS",
            "C: STARTTLS",
            "S: 220 2.0.0 Ready",
            "* TLS from here on",
            "C: AUTH PLAIN (not shown)",
            "S: 235 (the login succeeded)",
            "C: DATA",
            "S: 354 Go",
            "C: (the message, 3 lines)",
            "C: .",
            "S: 250 2.6.0 Message received as 7Q",
            "C: QUIT",
            "S: 221 Bye");
  }
}
