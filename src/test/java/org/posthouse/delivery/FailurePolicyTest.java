/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthouse.delivery.FailurePolicy.Ruling;
import org.posthouse.envelope.EnhancedStatusCode;
import org.posthouse.envelope.SmtpReply;
import org.posthouse.smtp.Answer;
import org.posthouse.smtp.Phase;

class FailurePolicyTest {
  private static List<String[]> table() throws IOException {
    return Files.readAllLines(Path.of("doc/DELIVERY.md")).stream()
        .filter(line -> line.matches("\\| [A-Z_]+ \\| .* \\| (yes|no) \\|"))
        .map(line -> line.substring(2, line.length() - 2).split(" \\| ", -1))
        .toList();
  }

  static Stream<String> rows() throws IOException {
    return table().stream().map(row -> String.join(" ", row));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void rulingShouldBeThatOfTheTable(String text) {
    String[] row = text.split(" ", -1);
    int last = row.length - 1;
    Answer answer = answer(Phase.valueOf(row[0]), Arrays.copyOfRange(row, 1, last - 2));
    assertThat(FailurePolicy.of(answer))
        .isEqualTo(
            new Ruling(
                FailurePolicy.Disposition.valueOf(row[last - 2]),
                FailurePolicy.Scope.valueOf(row[last - 1]),
                row[last].equals("yes")));
  }

  private static Answer answer(Phase phase, String... words) {
    if (words[0].matches("[0-9]+")) {
      return new Answer(phase, SmtpReply.of(Integer.parseInt(words[0]), "text"), null);
    }
    EnhancedStatusCode status =
        EnhancedStatusCode.atStartOf(words.length > 1 ? words[1] : "4.4.2").orElseThrow();
    return new Answer(
        phase, null, new Answer.Failure(Answer.Kind.valueOf(words[0]), "text", status));
  }

  @Test
  void tableShouldHoldEveryPhaseAndKind() throws IOException {
    Set<String> words = new HashSet<>();
    table().forEach(row -> words.addAll(List.of(String.join(" ", row).split(" ", -1))));
    List<String> phases =
        Stream.of(Phase.values())
            .filter(phase -> phase != Phase.RSET && phase != Phase.QUIT) // about no recipient
            .map(Enum::name)
            .toList();
    assertThat(words).containsAll(phases);
    assertThat(words).containsAll(Stream.of(Answer.Kind.values()).map(Enum::name).toList());
  }

  /** Whatever a host says before it has heard of the mail must not bounce it. */
  @ParameterizedTest
  @MethodSource("early")
  void refusalOfTheRelayShouldNeverBounce(Phase phase) {
    for (int code = 200; code < 600; code++) {
      Ruling ruling = FailurePolicy.of(new Answer(phase, SmtpReply.of(code, "x"), null));
      assertThat(ruling.disposition()).isEqualTo(FailurePolicy.Disposition.DEFERRED);
    }
  }

  static Stream<Phase> early() {
    return Stream.of(
        Phase.CONNECT, Phase.TLS, Phase.GREETING, Phase.EHLO, Phase.STARTTLS, Phase.AUTH);
  }
}
