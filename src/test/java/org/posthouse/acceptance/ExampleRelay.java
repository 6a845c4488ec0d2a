/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.api.SignatureRecord;
import org.apache.james.jdkim.exceptions.FailException;
import org.awaitility.Awaitility;
import org.posthouse.dkim.PublishedKey;
import org.posthouse.trial.Reaction;
import org.posthouse.trial.ReceivedMail;
import org.posthouse.trial.ScriptedSmtpServer;
import org.posthouse.trial.SelfSigned;
import org.posthouse.trial.SmtpScript;

/**
 * A relay in the network of {@link PrivateNetwork}, the hosts that its mail goes to, at port 25 and
 * at the 587 of a provider, and who hands mail in.
 */
final class ExampleRelay implements AutoCloseable {
  /** In the networks that the examples know. */
  static final String KNOWN = PrivateNetwork.STRANGER;

  /** Of no network that an example knows. */
  static final String UNKNOWN = PrivateNetwork.NAME_SERVER;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Map<String, String> keyRecords;
  private final SelfSigned exchanger;
  private final ScriptedSmtpServer next;
  private final ScriptedSmtpServer provider;
  private final RelayProcess relay;

  private ExampleRelay(
      Map<String, String> keyRecords,
      SelfSigned exchanger,
      ScriptedSmtpServer next,
      ScriptedSmtpServer provider,
      RelayProcess relay) {
    this.keyRecords = keyRecords;
    this.exchanger = exchanger;
    this.next = next;
    this.provider = provider;
    this.relay = relay;
  }

  /** Starts all of them, once the keys are published. */
  static ExampleRelay start(ExampleHome home, NameServer dns) throws Exception {
    Map<String, String> keyRecords = home.keyRecords();
    keyRecords.forEach((name, record) -> dns.publishText(name, PublishedKey.strings(record)));
    InetAddress host = InetAddress.getByName(PrivateNetwork.SINK);
    SelfSigned exchanger = SelfSigned.forHost("mx.sink.example");
    SelfSigned google = SelfSigned.forHost("smtp-relay.gmail.com");
    ScriptedSmtpServer next =
        ScriptedSmtpServer.start(new InetSocketAddress(host, 25), secured(exchanger), m -> {});
    ScriptedSmtpServer provider =
        ScriptedSmtpServer.start(new InetSocketAddress(host, 587), secured(google), m -> {});
    RelayProcess relay =
        RelayProcess.launch(
            PrivateNetwork.inRelaysNamespace(),
            home.root(),
            home.trusting(List.of(exchanger, google)));
    ExampleRelay all = new ExampleRelay(keyRecords, exchanger, next, provider, relay);
    try {
      relay.awaitReady();
      return all;
    } catch (RuntimeException | Error e) {
      all.close();
      throw e;
    }
  }

  /** Each mail comes by a connection of its own, so that the next one may find another script. */
  private static SmtpScript secured(SelfSigned key) throws Exception {
    return SmtpScript.accepting()
        .on(".", Reaction.reply("250 2.0.0 Message taken").thenClose())
        .starttls(key.serverContext());
  }

  /** Whether the exchanger offers TLS from now on. */
  void offerTls(boolean offers) throws Exception {
    next.follow(offers ? secured(exchanger) : SmtpScript.accepting());
  }

  /** What the exchanger offers from now on, beside TLS. */
  void offer(String... extensions) throws Exception {
    next.follow(secured(exchanger).extensions(extensions));
  }

  /** Whom the exchanger does not know from now on. */
  void refuse(String recipient) throws Exception {
    next.follow(
        secured(exchanger)
            .on("RCPT TO:<" + recipient + ">", Reaction.reply("550 5.1.1 Nobody here")));
  }

  SmtpDialog hostAt(String address) throws IOException {
    return OpenRelayInside.Door.RELAY.open(address, PrivateNetwork.RELAY);
  }

  /** At 587, in TLS, from elsewhere. */
  SmtpDialog login(String user) throws IOException {
    SmtpDialog dialog =
        OpenRelayInside.Door.SUBMISSION_AFTER_STARTTLS.open(UNKNOWN, PrivateNetwork.RELAY);
    dialog.ask(OpenRelayInside.plain(user, ExampleHome.PASSWORD), "235");
    return dialog;
  }

  /**
   * Hands in one mail.
   *
   * @return the reply to its end
   */
  static String send(SmtpDialog dialog, String sender, String message, String... recipients)
      throws IOException {
    dialog.ask("MAIL FROM:<" + sender + ">", "250");
    for (String recipient : recipients) {
      dialog.ask("RCPT TO:<" + recipient + ">", "250");
    }
    dialog.ask("DATA", "354");
    return dialog.send(message + "\r\n.\r\n").reply();
  }

  /** All mails of the exchanger, once there are so many. */
  List<ReceivedMail> arrived(int count) {
    return await(next, count);
  }

  /** The same of the provider. */
  List<ReceivedMail> arrivedAtProvider(int count) {
    return await(provider, count);
  }

  private List<ReceivedMail> await(ScriptedSmtpServer server, int count) {
    Awaitility.await().atMost(PATIENCE).until(() -> server.mails().size() >= count);
    return server.mails();
  }

  /** What the start warned of, but for the name of the machine that the test runs on. */
  List<String> warnings() {
    return relay
        .log()
        .lines()
        .filter(line -> line.contains(" WARN ") && !line.contains("the relay calls itself"))
        .toList();
  }

  /** Waits for a line of the log. */
  void awaitLog(String pattern) {
    Awaitility.await(pattern)
        .atMost(PATIENCE)
        .until(() -> relay.log().lines().anyMatch(line -> line.matches(".*" + pattern + ".*")));
  }

  /** The domains of the valid signatures, by a verifier that is not ours; none when one fails. */
  List<String> signers(ReceivedMail mail) throws IOException {
    try {
      List<SignatureRecord> valid =
          new DKIMVerifier(
                  (method, selector, domain) ->
                      Optional.ofNullable(keyRecords.get(selector + "._domainkey." + domain))
                          .map(List::of)
                          .orElse(List.of()))
              .verify(new ByteArrayInputStream(mail.content()));
      return valid == null
          ? List.of()
          : valid.stream().map(each -> each.getDToken().toString()).toList();
    } catch (FailException e) {
      return List.of();
    }
  }

  @Override
  public void close() throws IOException {
    relay.close();
    next.close();
    provider.close();
  }
}
