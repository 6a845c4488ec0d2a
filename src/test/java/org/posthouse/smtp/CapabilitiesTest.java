/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.posthouse.envelope.SmtpReply;

class CapabilitiesTest {
  private static Capabilities of(String... lines) {
    String[] all = new String[lines.length + 1];
    all[0] = "next.example greets you";
    System.arraycopy(lines, 0, all, 1, lines.length);
    return Capabilities.of(SmtpReply.of(250, all));
  }

  @Test
  void keywordsShouldBeFoundInAnyCase() {
    Capabilities found = of("pipelining", " 8BitMime ", "SIZE");
    assertThat(found.has("PIPELINING")).isTrue();
    assertThat(found.has("8BITMIME")).isTrue();
    assertThat(found.has("DSN")).isFalse();
    assertThat(found.has("NEXT.EXAMPLE")).as("the first line is a name").isFalse();
  }

  @Test
  void sizeShouldBeABoundOnlyWhereItIsANumber() {
    assertThat(of("SIZE 1000").largestMessage()).hasValue(1000);
    assertThat(of("SIZE 0").largestMessage()).as("no bound, RFC 1870").isEmpty();
    assertThat(of("SIZE").largestMessage()).isEmpty();
    assertThat(of("SIZE much").largestMessage()).isEmpty();
    assertThat(of("SIZE 99999999999999999999").largestMessage()).isEmpty();
  }

  @Test
  void mechanismsShouldBeFoundInTheOldFormToo() {
    assertThat(of("AUTH PLAIN LOGIN").hasMechanism("LOGIN")).isTrue();
    assertThat(of("AUTH=LOGIN").hasMechanism("LOGIN")).isTrue();
    assertThat(of("AUTH=LOGIN", "AUTH LOGIN PLAIN").hasMechanism("PLAIN")).isTrue();
    assertThat(of("AUTH PLAIN").hasMechanism("LOGIN")).isFalse();
  }

  @Test
  void limitsShouldBeRead() {
    assertThat(of("LIMITS MAILMAX=20 RCPTMAX=100").limit("RCPTMAX")).hasValue(100);
    assertThat(of("LIMITS RCPTMAX=x").limit("RCPTMAX")).isEmpty();
    assertThat(of("PIPELINING").limit("RCPTMAX")).isEmpty();
  }
}
