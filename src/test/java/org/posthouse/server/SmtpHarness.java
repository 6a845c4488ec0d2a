/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.util.Providers;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.james.core.Domain;
import org.apache.james.domainlist.lib.DomainListConfiguration;
import org.apache.james.domainlist.xml.XMLDomainList;
import org.apache.james.mailetcontainer.impl.JamesMailSpooler;
import org.apache.james.mailrepository.api.MailRepositoryStore;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.posthouse.acceptance.RelayHome;
import org.posthouse.acceptance.SmtpDialog;
import org.posthouse.config.Home;
import org.posthouse.config.Settings;
import org.posthouse.identity.Credential;
import org.posthouse.identity.Identities;
import org.posthouse.identity.LastUses;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserName;
import org.posthouse.identity.UserRegister;
import org.posthouse.identity.limits.Limits;
import org.posthouse.james.command.SessionLimits;
import org.posthouse.james.overload.Overload;
import org.posthouse.james.smtp.RelaySmtpServerFactory;

/** Reception alone, in this JVM, over {@link FakeQueues}. */
final class SmtpHarness implements AutoCloseable {
  static final String USER = "alice@relay.test";
  static final String PASSWORD = "secret";

  /** The fewest that there may be: most tests have no password to guess. */
  private static final int ITERATIONS = 4096;

  private final FakeQueues queues = new FakeQueues();
  private final RelaySmtpServerFactory servers;
  private final Identities identities;
  private final LastUses uses;
  private final Limits counts;

  SmtpHarness(Path directory) throws Exception {
    this(directory, UnaryOperator.identity(), SessionLimits.DEFAULT);
  }

  private SmtpHarness(Path directory, UnaryOperator<String> door, SessionLimits limits)
      throws Exception {
    this(home(directory, door), limits, Overload.none());
  }

  private static Home home(Path directory, UnaryOperator<String> door) throws IOException {
    Home home = new Home(RelayHome.create(directory, 1));
    Path file = home.conf().resolve("smtpserver.xml");
    Files.writeString(file, door.apply(Files.readString(file)));
    return home;
  }

  private SmtpHarness(Home home, SessionLimits limits, Overload overload) throws Exception {
    new UserRegister(new UserFile(home.conf().resolve("users")), ITERATIONS)
        .add(UserName.of(USER), Credential.DEFAULT_NAME, PASSWORD);
    Injector injector =
        Guice.createInjector(
            new CoreModule(home),
            new MetricsModule(),
            new DataModule(),
            new UsersModule(home),
            new RightsModule(home),
            new AuthModule(home),
            new SmtpModule(),
            new Fakes(queues, limits, overload));
    injector
        .getInstance(XMLDomainList.class)
        .configure(
            DomainListConfiguration.builder()
                .defaultDomain(Domain.of("relay.test"))
                .autoDetect(false)
                .autoDetectIp(false)
                .build());
    servers = injector.getInstance(RelaySmtpServerFactory.class);
    identities = injector.getInstance(Identities.class);
    uses = injector.getInstance(LastUses.class);
    counts = injector.getInstance(Limits.class);
    servers.configure(
        injector.getInstance(Key.get(ConfigurationProvider.class)).getConfiguration("smtpserver"));
    servers.init();
  }

  /** Everything with its ports open. */
  static SmtpHarness open(Path directory) throws Exception {
    return open(directory, UnaryOperator.identity());
  }

  /** The same with other bounds. */
  static SmtpHarness open(Path directory, SessionLimits limits) throws Exception {
    SmtpHarness harness = new SmtpHarness(directory, UnaryOperator.identity(), limits);
    harness.servers().open();
    return harness;
  }

  /** What {@code reception} of relay.xml says, from its content. */
  static SessionLimits limits(String reception) throws Exception {
    XMLConfiguration values = new XMLConfiguration();
    String text = "<relay><reception>" + reception + "</reception></relay>";
    new FileHandler(values).load(new StringReader(text));
    Settings settings = new Settings(Path.of("relay.xml"), values);
    SessionLimits limits = SessionLimits.read(settings);
    settings.check();
    return limits;
  }

  /** The same with a door that has more elements. */
  static SmtpHarness openWith(Path directory, String elements) throws Exception {
    return open(directory, file -> file.replace("<auth>", elements + "\n    <auth>"));
  }

  /**
   * The same with another door.
   *
   * @param door changes smtpserver.xml
   */
  static SmtpHarness open(Path directory, UnaryOperator<String> door) throws Exception {
    SmtpHarness harness = new SmtpHarness(directory, door, SessionLimits.DEFAULT);
    harness.servers().open();
    return harness;
  }

  /** One with this limits.xml, on a machine that may lack something. */
  static SmtpHarness openLimited(Path directory, String limits, Overload overload)
      throws Exception {
    Home home = new Home(RelayHome.create(directory, 1));
    Files.writeString(home.conf().resolve("limits.xml"), limits);
    SmtpHarness harness = new SmtpHarness(home, SessionLimits.DEFAULT, overload);
    harness.servers().open();
    return harness;
  }

  FakeQueues queues() {
    return queues;
  }

  RelaySmtpServerFactory servers() {
    return servers;
  }

  int port() {
    String address = servers.listeners().get(0).address();
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** A client that has been greeted and has said EHLO. */
  SmtpDialog client() throws IOException {
    return SmtpDialog.greeted(port());
  }

  /** A client that may send the message's lines now. */
  SmtpDialog clientInData() throws IOException {
    SmtpDialog client = client();
    client.ask("MAIL FROM:<alice@relay.test>", "250");
    client.ask("RCPT TO:<bob@next.test>", "250");
    client.ask("DATA", "354");
    return client;
  }

  @Override
  public void close() {
    queues.openGate();
    try {
      servers.drain(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    identities.close();
    uses.close();
    counts.close();
  }

  /** What reception does not use but its neighbours' bindings ask for, and the fakes. */
  private static final class Fakes extends AbstractModule {
    private final FakeQueues queues;
    private final SessionLimits limits;
    private final Overload overload;

    Fakes(FakeQueues queues, SessionLimits limits, Overload overload) {
      this.queues = queues;
      this.overload = overload;
      this.limits = limits;
    }

    @Override
    protected void configure() {
      bind(SessionLimits.class).toInstance(limits);
      bind(Overload.class).toInstance(overload);
      bind(new TypeLiteral<MailQueueFactory<?>>() {}).toInstance(queues);
      bind(MailRepositoryStore.class).toProvider(Providers.of(null));
      bind(JamesMailSpooler.Configuration.class).toProvider(Providers.of(null));
    }
  }
}
