/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthouse.identity.CheckResult;
import org.posthouse.identity.Credential;
import org.posthouse.identity.FileScramUsers;
import org.posthouse.identity.Identity;
import org.posthouse.identity.ScramUser;
import org.posthouse.identity.ScramUsers;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;
import org.posthouse.identity.WatchedUserFile;

/** SCRAM against the RFC's example and a client of somebody else's. */
class ScramExchangeTest {
  private static final byte[] BOUND = "end-point".getBytes(UTF_8);

  @TempDir Path home;
  private UserFile file;
  private ScramUsers users;
  private final List<String> used = new ArrayList<>();

  @BeforeEach
  void setUp() throws Exception {
    file = new UserFile(home.resolve("users"));
    UserRegister register = new UserRegister(file, 4096);
    register.add(UserName.of("user"), "phone", "crayon");
    register.add(UserName.of("user"), "laptop", "pencil");
    register.add(UserName.of("a=b"), "default", "pencil");
    users =
        new FileScramUsers(
            new WatchedUserFile(file, table -> {}),
            new byte[32],
            (user, credential) -> used.add(user + " " + credential),
            UnaryOperator.identity(),
            Clock.systemUTC());
  }

  private ScramExchange exchange(ScramExchange.Binding binding) {
    byte[] bound = binding == ScramExchange.Binding.REQUIRED ? BOUND : new byte[0];
    return new ScramExchange(users, binding, bound, () -> "server");
  }

  private static String text(Step step) {
    assertThat(step).isInstanceOf(Step.Challenge.class);
    return ((Step.Challenge) step).text();
  }

  /** RFC 7677 section 3. */
  @Test
  void theExampleOfTheRfcShouldComeOut() {
    ScramExchange exchange =
        new ScramExchange(
            new OfTheRfc(),
            ScramExchange.Binding.NONE,
            new byte[0],
            () -> "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
    assertThat(text(exchange.begin(Optional.of("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"))))
        .isEqualTo(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    assertThat(
            text(
                exchange.next(
                    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")))
        .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    assertThat(exchange.next("")).isInstanceOf(Step.Success.class);
  }

  /** Password "pencil", as {@code posthouse user} would write it. */
  private final class OfTheRfc implements ScramUsers {
    @Override
    public ScramUser find(String login) throws IOException {
      java.nio.file.Files.writeString(
          file.path(),
          "posthouse-users 1\nuser default SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
              + "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
              + "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=\n");
      Credential only = file.read().user(UserName.of(login)).orElseThrow().credentials().get(0);
      return new ScramUser(
          Identity.named(login, "users"), only.verifier(), List.of(only), List.of());
    }

    @Override
    public CheckResult accepted(ScramUser user, Credential credential) {
      return CheckResult.accepted(Identity.named("user", "users"), credential.name());
    }
  }

  private Step run(String login, String password, ScramExchange.Binding binding) throws Exception {
    ScramClient.FinalBuildStage builder =
        ScramClient.builder()
            .advertisedMechanisms(
                binding == ScramExchange.Binding.REQUIRED
                    ? List.of("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS")
                    : List.of("SCRAM-SHA-256"))
            .username(login)
            .password(password.toCharArray())
            .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION);
    if (binding == ScramExchange.Binding.REQUIRED) {
      builder = builder.channelBinding(ChannelBinding.TYPE, BOUND);
    }
    ScramClient client = builder.build();
    ScramExchange exchange = exchange(binding);
    String first = client.clientFirstMessage().toString();
    client.serverFirstMessage(text(exchange.begin(Optional.of(first))));
    Step step = exchange.next(client.clientFinalMessage().toString());
    if (step instanceof Step.Challenge last) {
      client.serverFinalMessage(last.text());
      return exchange.next("");
    }
    return step;
  }

  @ParameterizedTest
  @CsvSource({
    "user, pencil, laptop",
    "user, crayon, phone",
    "USER, pencil, laptop",
    "a=b, pencil, default"
  })
  void anyCredentialShouldOpen(String login, String password, String credential) throws Exception {
    for (ScramExchange.Binding binding :
        List.of(ScramExchange.Binding.NONE, ScramExchange.Binding.REQUIRED)) {
      assertThat(run(login, password, binding))
          .isInstanceOfSatisfying(
              Step.Success.class,
              success -> assertThat(success.accepted().credential()).isEqualTo(credential));
    }
    assertThat(used).hasSize(2).allMatch(use -> use.endsWith(" " + credential));
  }

  @ParameterizedTest
  @CsvSource({"user, Pencil", "nobody, pencil", "user@example.org, pencil", "a\u0000b, pencil"})
  void aWrongPasswordAndAnUnknownUserShouldEndAlike(String login, String password)
      throws Exception {
    if (login.indexOf('\0') < 0) {
      assertThat(run(login, password, ScramExchange.Binding.NONE)).isEqualTo(Step.Failure.REJECTED);
    }
    assertThat(used).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "nobody@example.org", "n\u00f6body"})
  void aDecoyShouldLookLikeAUserAndStayTheSame(String name) throws Exception {
    ScramUser decoy = users.find(name);
    assertThat(decoy.identity()).isNull();
    assertThat(decoy.parameters().salt()).hasSize(16);
    assertThat(decoy.parameters().iterations()).isEqualTo(4096);
    assertThat(users.find(name.toUpperCase(java.util.Locale.ROOT)).parameters().salt())
        .isEqualTo(decoy.parameters().salt());
    assertThat(users.find(name + "1").parameters().salt()).isNotEqualTo(decoy.parameters().salt());
  }

  /** Else whoever has other iterations than most would be known to exist. */
  @Test
  void decoysShouldHaveIterationsAsUsersHaveThem() throws Exception {
    new UserRegister(file, 8192).add(UserName.of("later"), "default", "pencil");
    List<Integer> told = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      told.add(users.find("nobody" + i).parameters().iterations());
    }
    assertThat(told).containsOnly(4096, 8192);
    assertThat(told.stream().filter(each -> each == 8192).count())
        .as("of three users one has 8192")
        .isBetween(60L, 140L);
    assertThat(users.find("nobody7").parameters().iterations()).isEqualTo(told.get(7));
  }

  @Test
  void aUserWhoseCredentialsAreOverShouldKeepItsSaltAndNotOpen() throws Exception {
    UserRegister register = new UserRegister(file, 4096);
    register.add(UserName.of("old"), "default", "pencil", java.time.LocalDate.of(2020, 1, 1));
    ScramUser old =
        new FileScramUsers(
                new WatchedUserFile(file, table -> {}),
                new byte[32],
                (user, credential) -> {},
                UnaryOperator.identity(),
                Clock.systemUTC())
            .find("old");
    assertThat(old.identity()).isNotNull();
    assertThat(old.credentials()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NONE     | p=tls-server-end-point,,n=user,r=x | MALFORMED    |",
        "NONE     | y,,m=ext,n=user,r=x                | REFUSED      | extensions-not-supported",
        "NONE     | n,,n=us=er,r=x                     | REFUSED      | invalid-username-encoding",
        "NONE     | n,,n=user=2c,r=x                   | REFUSED      | invalid-username-encoding",
        "NONE     | n,a=us=zz,n=user,r=x               | REFUSED      | invalid-username-encoding",
        "NONE     | n,a=other,n=user,r=x               | NOT_AS_OTHER |",
        "NONE     | n,,n=,r=x                          | MALFORMED    |",
        "NONE     | n,,n=user,r=                       | MALFORMED    |",
        "NONE     | n,,n=user                          | MALFORMED    |",
        "NONE     | q,,n=user,r=x                      | MALFORMED    |",
        "NONE     | n,n=user,r=x                       | MALFORMED    |",
        "NONE     | nonsense                           | MALFORMED    |",
        "OFFERED  | y,,n=user,r=x                      | REFUSED      | server-does-support-channel-binding",
        "REQUIRED | n,,n=user,r=x                      | MALFORMED    |",
        "REQUIRED | y,,n=user,r=x                      | MALFORMED    |",
        "REQUIRED | p=tls-unique,,n=user,r=x           | REFUSED      | unsupported-channel-binding-type",
        "REQUIRED | p=tls-exporter,,n=user,r=x         | REFUSED      | unsupported-channel-binding-type"
      })
  void aFirstMessageShouldBeRefused(
      ScramExchange.Binding binding, String first, Step.Reason reason, String detail) {
    assertThat(exchange(binding).begin(Optional.of(first)))
        .isEqualTo(new Step.Failure(reason, detail == null ? "" : detail));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n,,n=user,r=x",
        "y,,n=user,r=x",
        "n,a=user,n=user,r=x",
        "n,a=USER,n=user,r=x,e=more",
        "n,,n=a=3Db,r=x",
        "n,,n=with=2Ccomma,r=x"
      })
  void aFirstMessageShouldBeTaken(String first) {
    assertThat(text(exchange(ScramExchange.Binding.NONE).begin(Optional.of(first))))
        .startsWith("r=xserver,s=");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c=biws,r=xserver,p=AAAA                                         | REFUSED   | invalid-encoding",
        "c=biws,r=xserver,p=!!!!                                         | REFUSED   | invalid-encoding",
        "c=biws,r=xother,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=   | REFUSED   | other-error",
        "c=eSws,r=xserver,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=  | REFUSED   | channel-bindings-dont-match",
        "c=biws,r=xserver,m=x,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=  | REFUSED   | extensions-not-supported",
        "c=biws,r=xserver,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=  | REJECTED  |",
        "c=biws,r=xserver                                                | MALFORMED |",
        "r=xserver,p=AAAA                                                | MALFORMED |",
        "nonsense                                                        | MALFORMED |"
      })
  void aLastMessageShouldBeRefused(String last, Step.Reason reason, String detail) {
    ScramExchange exchange = exchange(ScramExchange.Binding.NONE);
    text(exchange.begin(Optional.of("n,,n=user,r=x")));
    assertThat(exchange.next(last.strip()))
        .isEqualTo(new Step.Failure(reason, detail == null ? "" : detail));
  }

  @Test
  void aClientThatAddsToItsSuccessShouldFail() throws Exception {
    ScramExchange exchange =
        new ScramExchange(
            new OfTheRfc(),
            ScramExchange.Binding.NONE,
            new byte[0],
            () -> "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
    text(exchange.begin(Optional.of("n,,n=user,r=rOprNGfwEbeRWgbNEkqO")));
    text(
        exchange.next(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
    assertThat(exchange.next("x")).isEqualTo(Step.Failure.MALFORMED);
  }

  @Test
  void aMessageOfAnotherLengthShouldBeBounded() {
    String long1 = "n,,n=user,r=x,e=" + "y".repeat(ScramFirst.LONGEST);
    assertThat(exchange(ScramExchange.Binding.NONE).begin(Optional.of(long1)))
        .isEqualTo(Step.Failure.MALFORMED);
  }

  @Test
  void anUnreadableFileShouldBeNoRejection() throws Exception {
    java.nio.file.Files.writeString(file.path(), "posthouse-users 9\n");
    assertThat(exchange(ScramExchange.Binding.NONE).begin(Optional.of("n,,n=user,r=x")))
        .isInstanceOfSatisfying(
            Step.Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Step.Reason.UNAVAILABLE));
  }

  @Test
  void withoutAnInitialResponseTheClientShouldBeAsked() {
    assertThat(exchange(ScramExchange.Binding.NONE).begin(Optional.empty()))
        .isEqualTo(Step.Challenge.EMPTY);
    assertThat(Base64.getEncoder().encodeToString("n,,".getBytes(UTF_8))).isEqualTo("biws");
  }
}
