/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.returnpath;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.posthouse.returnpath.Returned.Original;
import org.posthouse.secret.Secrets;

/** Against the reference, Mail::SRS of CPAN, where it is installed. */
class MailSrsTest {
  private static final String SECRET = "secret-of-the-second";
  private static final List<String> SENDERS =
      List.of(
          "user@first.example",
          "User.Name+tag=x-y@First.Example",
          "a=b=c@first.example",
          "SRS0=HHHH=TT=zero.example=user@first.example",
          "SRS0+HHHH=TT=zero.example=user@first.example",
          "srs0-HHHH=TT=zero.example=user@first.example",
          "SRS1=HHHH=zero.example==HHHH=TT=null.example=user@first.example",
          "SRS1+HHHH=zero.example=-HHHH=TT=null.example=user@first.example");

  @BeforeAll
  static void requireMailSrs() throws Exception {
    assumeTrue(perl("print 'here'", "").equals("here"), "libmail-srs-perl is not installed");
  }

  @Test
  void addressesShouldBeThoseOfMailSrs() throws Exception {
    for (int length = 4; length <= 8; length++) {
      for (char separator : new char[] {'=', '+', '-'}) {
        String made = perl(script(length, separator, "forward($_, 'second.example')"), senders());
        assertThat(forwarded(length, separator)).isEqualTo(made.lines().toList());
      }
    }
  }

  @Test
  void mailSrsShouldReadOurAddresses() throws Exception {
    List<String> ours = forwarded(4, '+');
    String read = perl(script(4, '+', "reverse($_)"), String.join("\n", ours) + "\n");
    List<String> back = new ArrayList<>();
    for (String each : ours) {
      Returned returned = rewriting(4, '+').reverse(mailbox(each), today());
      back.add(((Original) returned).mailbox().toString());
    }
    assertThat(back).isEqualTo(read.lines().toList());
    assertThat(back.subList(0, 3)).isEqualTo(SENDERS.subList(0, 3));
  }

  private static List<String> forwarded(int length, char separator) {
    return SENDERS.stream()
        .map(each -> rewriting(length, separator).forward(mailbox(each), today()))
        .map(each -> each.orElseThrow().toString())
        .toList();
  }

  private static SenderRewriting rewriting(int length, char separator) {
    return new SenderRewriting(
        "second.example", Secrets.of(List.of(SECRET)), separator, length, 21);
  }

  private static Mailbox mailbox(String address) {
    int at = address.lastIndexOf('@');
    return Mailbox.of(address.substring(0, at), address.substring(at + 1));
  }

  private static long today() {
    return LocalDate.now(ZoneOffset.UTC).toEpochDay();
  }

  private static String senders() {
    return String.join("\n", SENDERS) + "\n";
  }

  private static String script(int length, char separator, String call) {
    return String.format(
        java.util.Locale.ROOT,
        "my $s = Mail::SRS->new(Secret => '%s', HashLength => %d, Separator => '%s');"
            + " while (<STDIN>) { chomp; print $s->%s, \"\\n\" }",
        SECRET,
        length,
        separator,
        call);
  }

  /** What a script prints; nothing when it fails. */
  private static String perl(String script, String input) throws Exception {
    try {
      Process perl =
          new ProcessBuilder("perl", "-MMail::SRS", "-e", script)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (var in = perl.getOutputStream()) {
        in.write(input.getBytes(UTF_8));
      }
      String output = new String(perl.getInputStream().readAllBytes(), UTF_8);
      return perl.waitFor() == 0 ? output : "";
    } catch (IOException e) {
      return "";
    }
  }
}
