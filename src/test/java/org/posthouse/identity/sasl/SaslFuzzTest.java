/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.FileScramUsers;
import org.posthouse.identity.Identity;
import org.posthouse.identity.ScramUsers;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;
import org.posthouse.identity.WatchedUserFile;

/**
 * Whatever a client answers, an exchange takes a step of those that there are, ends soon, and lets
 * in nobody but whom a certificate has told: every password and token is wrong here.
 */
class SaslFuzzTest {
  private static final Identity PRINTER = Identity.named("printer", "certificates");

  /** LOGIN and SCRAM have two questions, and what follows a failure of OAUTHBEARER is one. */
  private static final int MOST_STEPS = 4;

  @TempDir static Path home;
  private static ScramUsers users;

  @BeforeAll
  static void open() throws Exception {
    UserFile file = new UserFile(home.resolve("users"));
    new UserRegister(file, 4096).add(UserName.of("alice"), "default", "pencil");
    users =
        new FileScramUsers(
            new WatchedUserFile(file, table -> {}),
            new byte[32],
            (user, credential) -> {},
            UnaryOperator.identity(),
            Clock.systemUTC());
  }

  /** The first octet chooses the mechanism; lines are the responses, as base64 hid them. */
  @FuzzTest
  void exchangeShouldEndAndLetNobodyIn(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Mechanism[] all = Mechanism.values();
    Mechanism mechanism = all[Math.floorMod(input[0], all.length)];
    SaslExchange exchange = exchange(mechanism);
    String[] responses = new String(input, 1, input.length - 1, UTF_8).split("\n", -1);
    Step step = exchange.begin(Optional.of(responses[0]));
    int steps = 1;
    while (goesOn(step)) {
      assertThat(++steps).as("steps of %s", mechanism).isLessThanOrEqualTo(2 * MOST_STEPS);
      step =
          step instanceof Step.Check
              ? exchange.checked(CheckResult.REJECTED)
              : exchange.next(steps <= responses.length ? responses[steps - 1] : "");
    }
    if (step instanceof Step.Success success) {
      assertThat(mechanism).isEqualTo(Mechanism.EXTERNAL);
      assertThat(success.accepted().identity()).isEqualTo(PRINTER);
      assertThat(responses[0]).matches("(?i)|printer");
    }
  }

  private static boolean goesOn(Step step) {
    return step instanceof Step.Challenge || step instanceof Step.Check;
  }

  /** Those of SCRAM with a nonce that an input can hold. */
  private static SaslExchange exchange(Mechanism mechanism) {
    return switch (mechanism) {
      case SCRAM_SHA_256_PLUS -> scram(ScramExchange.Binding.REQUIRED, "end-point".getBytes(UTF_8));
      case SCRAM_SHA_256 -> scram(ScramExchange.Binding.OFFERED, new byte[0]);
      default ->
          new Offer(true, null, null, true, Discovery.NONE, PRINTER)
              .exchange(mechanism)
              .orElseThrow();
    };
  }

  private static SaslExchange scram(ScramExchange.Binding binding, byte[] bound) {
    return new ScramExchange(users, binding, bound, () -> "server");
  }
}
