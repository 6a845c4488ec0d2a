/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.acceptance.SmtpDialog;

/**
 * James' own scripted dialogs (MPT), by the code of each reply. Its texts are not compared, and the
 * lines of EHLO neither: there are more of them here.
 */
class StockDialogsTest {
  /** Where we answer otherwise on purpose, by the script and what stock says. */
  private static final Map<String, String> OTHERWISE =
      Map.of(
          // AUTH in clear is refused; what is left of the dialog is no command.
          "authplain 334", "538",
          "starttls_session_fixation 334", "538",
          "starttls_session_fixation 501", "220",
          // Whoever sends on with STARTTLS broke the protocol; it is not our trouble.
          "starttls_with_injection 451", "503");

  @TempDir Path home;
  private SmtpHarness harness;

  @BeforeEach
  void open() throws Exception {
    harness = SmtpHarness.open(home);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "helo",
        "authplain",
        "starttls",
        "starttls_with_injection",
        "starttls_session_fixation",
        "data_with_starttls",
        "data_starts_with_starttls",
        "rcpt_with_starttls"
      })
  void aDialogOfStockShouldGoTheSameWay(String name) throws Exception {
    try (SmtpDialog client = new SmtpDialog(harness.port())) {
      List<String> lines = script(name);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (line.startsWith("C:")) {
          client.send(line.substring(2).stripLeading().replace("\\r\\n", "\r\n") + "\r\n");
        } else if (line.startsWith("S:") && isLastLine(lines, i)) {
          String code = line.substring(2).strip().substring(0, 3);
          assertThat(client.reply())
              .as(line)
              .startsWith(OTHERWISE.getOrDefault(name + " " + code, code));
          if (OTHERWISE.containsKey(name + " " + code) && code.equals("334")) {
            i = afterLogin(lines, i);
          }
        }
      }
    }
  }

  /** "250.*" and "250-X" begin a reply that the next line goes on with. */
  private static boolean isLastLine(List<String> lines, int i) {
    String text = lines.get(i).substring(2).strip();
    boolean begins = text.matches("[0-9]{3}(-.*|[.][*])");
    return !begins || i + 1 == lines.size() || !lines.get(i + 1).startsWith("S: 250");
  }

  /** The line before what follows the login that we have refused. */
  private static int afterLogin(List<String> lines, int from) {
    int i = from;
    while (i < lines.size() && !lines.get(i).startsWith("S: 235")) {
      i++;
    }
    return i;
  }

  private static List<String> script(String name) throws IOException {
    List<String> lines = new ArrayList<>();
    String resource = "/org/apache/james/smtp/scripts/" + name + ".test";
    try (InputStream in = StockDialogsTest.class.getResourceAsStream(resource);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      reader.lines().filter(line -> line.matches("[CS]:.*")).forEach(lines::add);
    }
    assertThat(lines).as(resource).hasSizeGreaterThan(2);
    return lines;
  }
}
