/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.util.Modules;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.ConfigurationSanitizingPerformer;
import org.apache.james.StartUpChecksPerformer;
import org.apache.james.utils.ExtendedClassLoader;
import org.apache.james.utils.InitializationOperations;
import org.posthouse.admin.ControlSocket;
import org.posthouse.cli.ExitCodes;
import org.posthouse.config.Home;
import org.posthouse.dns.SystemDns;
import org.posthouse.identity.WatchedUserFile;
import org.posthouse.james.smtp.RelaySmtpServerFactory;
import org.posthouse.mailets.KeyTables;
import org.posthouse.routing.NameServers;
import org.posthouse.signing.Contradictions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One server: puts the parts together, starts them, waits for the word to stop. */
final class Relay {
  private static final Logger LOGGER = LoggerFactory.getLogger(Relay.class);

  /** A start must not depend on the DNS: what has no answer by then is not told. */
  private static final Duration PATIENCE_WITH_DNS = Duration.ofSeconds(3);

  private final Home home;
  private final boolean deliversOnly;
  private final Lifecycle lifecycle = new Lifecycle();

  /**
   * A server.
   *
   * @param deliversOnly whether its doors stay closed
   */
  Relay(Home home, boolean deliversOnly) {
    this.home = home;
    this.deliversOnly = deliversOnly;
  }

  /**
   * Runs until the control socket or a signal stops it.
   *
   * @return the exit code
   */
  int run() throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopOnSignal, "stop-on-signal"));
    try {
      start();
    } catch (Exception | LinkageError e) {
      StartFailure failure = StartFailure.of(e);
      failure.report(LOGGER);
      lifecycle.stop();
      return failure.exitCode();
    }
    lifecycle.awaitStopRequest();
    lifecycle.stop();
    return ExitCodes.OK;
  }

  /**
   * Does all that a start does, but opens nothing: no door, no control socket, no WebAdmin.
   *
   * @return the exit code of that start
   */
  int check() {
    try {
      Injector unused = prepare(false);
      return ExitCodes.OK;
    } catch (Exception | LinkageError e) {
      StartFailure failure = StartFailure.of(e);
      failure.report(LOGGER);
      return failure.exitCode();
    } finally {
      lifecycle.stop();
    }
  }

  /** The JVM would end with 143 by itself; a stop in order is a success. */
  private void stopOnSignal() {
    if (!lifecycle.isStopped()) {
      lifecycle.stop();
      Runtime.getRuntime().halt(ExitCodes.OK);
    }
  }

  private void start() throws Exception {
    Version version = Version.load();
    LOGGER.info(
        "Posthouse {}, Apache James {}, Java {}; home {} (conf {}, var {}, logs {}), logging by {}",
        version.posthouse(),
        version.james(),
        Runtime.version(),
        home.root(),
        home.conf(),
        home.var(),
        home.logs(),
        Logging.source(home));
    ControlSocket control = ControlSocket.open(home.controlSocket());
    lifecycle.onStop(Lifecycle.Step.CONTROL, control::close);
    control.register("stop", new StopControl(lifecycle));
    Injector injector = prepare(true);
    StatusControl status = new StatusControl(home, version, lifecycle, injector);
    control.register("status", status);
    control.register("backup", new BackupControl(injector));
    control.register("blocks", new BlocksControl(injector));
    control.register("drain", new DrainControl(lifecycle, injector));
    open(injector);
  }

  /** Everything is read, made and initialised; nobody outside can notice. */
  private Injector prepare(boolean withWebAdmin) throws Exception {
    Made made = new Made(Shutdown.PARTS);
    lifecycle.register(new Shutdown(made));
    Injector injector = Guice.createInjector(made, Modules.combine(modules(withWebAdmin)));
    injector.getInstance(ConfigurationSanitizingPerformer.class).sanitize();
    injector.getInstance(StartUpChecksPerformer.class).performCheck();
    injector.getInstance(InitializationOperations.class).initModules();
    readUsers(home, injector);
    warnOfKeys(injector);
    return injector;
  }

  /**
   * Told now, not by the first mail. The answers are not kept for the mailets, to whom a record
   * that is published in the next minutes would be missing still.
   */
  private static void warnOfKeys(Injector injector) throws InterruptedException {
    SystemDns dns = new SystemDns(injector.getInstance(NameServers.class).servers());
    new Contradictions(dns, PATIENCE_WITH_DNS)
        .of(injector.getInstance(KeyTables.class).compared(), Instant.now())
        .forEach(contradiction -> LOGGER.warn("{}", contradiction));
  }

  /** What is wrong in the file is told now, not at the first login. */
  private static void readUsers(Home home, Injector injector) throws ConfigurationException {
    try {
      injector.getInstance(WatchedUserFile.class).current();
    } catch (IOException e) {
      throw new ConfigurationException(
          home.conf().resolve("users") + " cannot be used: " + e.getMessage(), e);
    }
  }

  private List<Module> modules(boolean withWebAdmin) throws Exception {
    List<Module> modules = new ArrayList<>();
    CoreModule core = new CoreModule(home);
    StartCheck check = new StartCheck(home, core.configurations(), core.fileSystem());
    check.requireReadable();
    Optional<WebAdmin> webAdmin =
        check.attempt(() -> WebAdmin.of(home)).flatMap(Function.identity());
    PropertyFiles properties =
        new PropertyFiles(core.propertiesProvider(), new ExtendedClassLoader(core.fileSystem()));
    for (String file : List.of("webadmin", "healthcheck", "extensions")) {
      check.attempt(() -> PropertyKeys.check(home.conf().resolve(file + ".properties")));
    }
    check.attempt(properties::healthCheck);
    check.attempt(properties::extensions);
    check.check();
    modules.add(core);
    modules.add(new MetricsModule());
    modules.add(new DataModule());
    modules.add(new UsersModule(home));
    modules.add(new RightsModule(home));
    modules.add(new QueueModule(home));
    modules.add(new DeliveryModule());
    modules.add(new ContainerModule(home));
    modules.add(new AuthModule(home));
    modules.add(new SmtpModule());
    if (withWebAdmin && webAdmin.isPresent()) {
      webAdmin.get().requireFree();
      modules.add(webAdmin.get().module());
    }
    return modules;
  }

  /** The last step: whoever sees a 220 may send. */
  private void open(Injector injector) throws IOException {
    RelaySmtpServerFactory smtp = injector.getInstance(RelaySmtpServerFactory.class);
    if (!deliversOnly) {
      smtp.open();
    }
    lifecycle.running();
    LOGGER.info(
        "ready: {} ({} ms since the JVM started)",
        deliversOnly ? "delivers what is queued, no door is open" : smtp.describeListeners(),
        ManagementFactory.getRuntimeMXBean().getUptime());
  }
}
