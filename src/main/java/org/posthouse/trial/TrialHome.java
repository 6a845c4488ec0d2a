/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.posthouse.cli.CommandFailure;
import org.posthouse.cli.ExitCodes;
import org.posthouse.config.Home;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;

/** A scratch home: the shipped configuration, with only that changed which a trial needs. */
final class TrialHome {
  /** Marks a directory as ours, and so as one that may be deleted. */
  static final String MARK = "trial.properties";

  /**
   * What a client and a verifier must know.
   *
   * @param tls the relay's certificate
   * @param dkimRecord the TXT record of the signing key
   */
  record Keys(SelfSigned tls, String dkimRecord) {}

  private final Home home;

  TrialHome(Home home) {
    this.home = home;
  }

  Home home() {
    return home;
  }

  Path sinkDirectory() {
    return home.root().resolve("next-server");
  }

  Path mark() {
    return home.root().resolve(MARK);
  }

  Path log() {
    return home.logs().resolve("posthouse.log");
  }

  /**
   * Empties the directory of what an earlier trial left.
   *
   * @throws CommandFailure if it holds anything that is not a trial's
   */
  void clear() throws IOException {
    if (!home.hasShortPath()) {
      throw new CommandFailure(
          ExitCodes.CANNOT_CREATE,
          home.root() + " is too deep for a control socket; give a shorter one: --home DIR");
    }
    if (Files.isDirectory(home.root()) && !isEmpty(home.root())) {
      if (!Files.exists(mark())) {
        throw new CommandFailure(
            ExitCodes.CANNOT_CREATE,
            home.root() + " is not empty and no scratch home of a trial: give another --home");
      }
      deleteTree(home.root());
    }
    Files.createDirectories(home.logs());
    Files.writeString(mark(), "");
  }

  /**
   * Lays the configuration out, from that which was shipped.
   *
   * @return what was made for it
   */
  Keys prepare(TrialPlan plan) throws IOException, GeneralSecurityException {
    ShippedConfiguration.writeTo(home.conf());
    openDoors(plan);
    leadTo(plan.nextPort());
    new ConfigurationEdit(home.conf().resolve("domainlist.xml"))
        .set("//autodetect", "false")
        .set("//defaultDomain", TrialPlan.HOST)
        .save();
    new ConfigurationEdit(home.conf().resolve("logback.xml"))
        .addWith("/configuration", "logger", "", "name", "org.posthouse.steps", "level", "DEBUG")
        .save();
    SelfSigned tls = SelfSigned.forHost(TrialPlan.HOST);
    tls.writeTo(conf("tls/certificate.pem"), conf("tls/private.key"));
    new UserRegister(new UserFile(conf("users")))
        .addUser(UserName.of(TrialPlan.USER), plan.password());
    return new Keys(tls, signingKey());
  }

  private void openDoors(TrialPlan plan) throws IOException {
    ConfigurationEdit edit = new ConfigurationEdit(conf("smtpserver.xml"));
    door(edit, 25, plan.relayPort());
    door(edit, 465, plan.submissionsPort());
    door(edit, 587, plan.submissionPort());
    edit.addWith("//smtpserver", "helloName", TrialPlan.HOST, "autodetect", "false").save();
  }

  private static void door(ConfigurationEdit edit, int shipped, int port) throws IOException {
    edit.set("//smtpserver/bind[. = '0.0.0.0:" + shipped + "']", "127.0.0.1:" + port);
  }

  private void leadTo(int nextPort) throws IOException {
    String delivery = "//mailet[@class = 'RemoteDelivery']";
    String signing = "//mailet[@class = 'DkimSign']";
    new ConfigurationEdit(conf("mailetcontainer.xml"))
        .add(delivery, "gateway", "127.0.0.1")
        .add(delivery, "gatewayPort", String.valueOf(nextPort))
        .add(signing, "whenNoKey", "fail")
        .add(signing, "checkDns", "off") // nothing of a trial is published
        .save();
    new ConfigurationEdit(conf("dkim.xml"))
        .addWith("/dkim", "domain", "", "name", TrialPlan.DOMAIN)
        .addWith("//domain", "key", "", "selector", TrialPlan.SELECTOR, "file", "dkim/private.key")
        .save();
  }

  /** Returns the record for DNS; it stands beside the key for whoever verifies by hand. */
  private String signingKey() throws IOException, GeneralSecurityException {
    KeyPair keys = SelfSigned.rsaKeys();
    Files.createDirectories(conf("dkim"));
    SelfSigned.writeSecret(
        conf("dkim/private.key"), SelfSigned.pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    String record = DkimCheck.record(keys.getPublic());
    Files.writeString(conf("dkim/record.txt"), record + "\n");
    return record;
  }

  private Path conf(String name) {
    return home.conf().resolve(name);
  }

  /** Deletes the whole scratch home. */
  void remove() throws IOException {
    deleteTree(home.root());
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  private static void deleteTree(Path root) throws IOException {
    List<Path> deepestFirst = walk(root).stream().sorted(Comparator.reverseOrder()).toList();
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  private static List<Path> walk(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.toList();
    }
  }
}
