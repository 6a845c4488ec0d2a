/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.codahale.metrics.MetricRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.core.Domain;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.metrics.dropwizard.DropWizardMetricFactory;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.posthouse.config.Exposure;
import org.posthouse.config.FileFailure;
import org.posthouse.config.Home;
import org.posthouse.config.NamedFile;
import org.posthouse.config.Settings;
import org.posthouse.config.XmlElement;
import org.posthouse.identity.KnownNames;
import org.posthouse.identity.UserFile;
import org.posthouse.identity.UserTable;
import org.posthouse.identity.config.IdentitiesConfiguration;
import org.posthouse.identity.limits.LimitsConfiguration;
import org.posthouse.identity.rights.Known;
import org.posthouse.identity.rights.SenderRights;
import org.posthouse.james.container.ChainTrial;
import org.posthouse.james.smtp.DoorCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells everything that is wrong with conf/ at once, before any part of the server is made. The
 * chains are loaded by {@link ContainerModule}, which tells of them; here they are looked at only
 * when the server cannot start anyway, to tell of them in the same breath.
 */
final class StartCheck {
  private static final Logger LOGGER = LoggerFactory.getLogger(StartCheck.class);
  private static final Pattern GATEWAY_PASSWORD = Pattern.compile("<gatewayPassword[\\s>]");
  private static final Map<String, String> ROOTS = Map.of("smtpserver", "smtpservers");
  private static final Set<String> NEEDED = Set.of("smtpserver", "mailetcontainer");

  private final Home home;
  private final ConfigurationProvider configurations;
  private final FileSystem files;
  private final List<String> complaints = new ArrayList<>();

  private IdentityCheck identities;

  /** What follows from a file that cannot be read would mislead. */
  private boolean identitiesAreRead;

  /** Unless the doors can be read and do not. */
  private DoorCheck.Doors doors = new DoorCheck.Doors(true, true, true);

  StartCheck(Home home, ConfigurationProvider configurations, FileSystem files) {
    this.home = home;
    this.configurations = configurations;
    this.files = files;
    this.identities = identityCheck(IdentitiesConfiguration.USERS, home);
  }

  /** A look at the content of one file. */
  @FunctionalInterface
  private interface Reading {
    void read(Settings settings, HierarchicalConfiguration<ImmutableNode> values);
  }

  /** Makes something of a file that is read elsewhere; empty when it cannot be used. */
  <T> Optional<T> attempt(Making<T> making) {
    try {
      return Optional.of(making.make());
    } catch (ConfigurationException e) {
      complaints.add(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /**
   * To be called before anything else: every file would seem to be missing.
   *
   * @throws ConfigurationException when the directory of all files cannot be read
   */
  void requireReadable() throws ConfigurationException {
    Path conf = home.conf();
    if (Files.isDirectory(conf) && !(Files.isReadable(conf) && Files.isExecutable(conf))) {
      throw new ConfigurationException(
          FileFailure.text(new AccessDeniedException(conf.toString())));
    }
  }

  /** Something made of a configuration. */
  @FunctionalInterface
  interface Making<T> {
    T make() throws ConfigurationException;
  }

  /**
   * Reads all files.
   *
   * @throws ConfigurationException with all that is wrong, one thing a line
   */
  void check() throws ConfigurationException {
    warnOfPasswords(home.conf().resolve("mailetcontainer.xml"));
    SenderRights rights = rights();
    read(
        "smtpserver",
        (settings, values) -> {
          DoorCheck.Doors found = DoorCheck.check(settings, values, files, rights, clientsKnown());
          // What is wrong in a door may hide that it asks for certificates, or authorizes.
          doors = settings.complaint().isEmpty() ? found : doors;
        });
    read("domainlist", (settings, values) -> OtherFiles.domainList(settings));
    read("dnsservice", (settings, values) -> OtherFiles.dnsService(settings));
    read("recipientrewritetable", (settings, values) -> OtherFiles.rewriteTable(settings, files));
    read("identities", (settings, values) -> identities(settings, rights));
    read(
        "mailetcontainer",
        (settings, values) -> {
          OtherFiles.mailetContainer(settings);
          new ChainNames(knownNames()).check(settings);
        });
    read("limits", (settings, values) -> limits(settings));
    read("relay", (settings, values) -> relay(settings));
    if (Files.exists(home.conf().resolve("senders.xml"))) {
      read("senders", (settings, values) -> senders(settings));
    }
    Path users = home.conf().resolve("users");
    if (!Files.notExists(users)) {
      NamedFile.problem(users)
          .map(text -> "users cannot be used:\n  " + text)
          .or(() -> format(users).map(text -> users + " cannot be used: " + text))
          .ifPresent(complaints::add);
    }
    Path logback = home.conf().resolve("logback.xml");
    if (Files.exists(logback)) {
      NamedFile.problem(logback)
          .or(() -> XmlElement.problem(logback))
          .or(() -> LogbackCheck.complaint(logback))
          .ifPresent(complaints::add);
    }
    UnreadFiles.in(home.conf()).forEach(LOGGER::warn);
    if (!complaints.isEmpty()) {
      addChains();
      throw new ConfigurationException(together());
    }
  }

  /** Those of one file below its name, which is said once. */
  private String together() {
    Map<String, List<String>> byFile = new LinkedHashMap<>();
    for (String complaint : complaints) {
      String[] parts = complaint.split("\n", 2);
      List<String> lines = byFile.computeIfAbsent(parts[0], name -> new ArrayList<>());
      lines.addAll(Arrays.asList(parts).subList(1, parts.length));
    }
    return byFile.entrySet().stream()
        .flatMap(each -> Stream.concat(Stream.of(each.getKey()), each.getValue().stream()))
        .collect(Collectors.joining("\n"));
  }

  /** A gateway's password stands in it in clear. */
  private static void warnOfPasswords(Path chains) {
    try {
      if (GATEWAY_PASSWORD.matcher(Files.readString(chains, StandardCharsets.ISO_8859_1)).find()) {
        Exposure.of(chains).ifPresent(LOGGER::warn);
      }
    } catch (IOException e) {
      LOGGER.trace("{} is told of below", chains, e);
    }
  }

  private static Optional<String> format(Path users) {
    try {
      UserTable unused = new UserFile(users).read();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static IdentityCheck identityCheck(IdentitiesConfiguration configuration, Home home) {
    return new IdentityCheck(configuration, home.conf().resolve("users"));
  }

  private void identities(Settings settings, SenderRights rights) {
    identities =
        identityCheck(IdentitiesConfiguration.read(settings, home.conf(), home.root()), home);
    identitiesAreRead = true;
    identities.warnOfFree(settings, rights);
    identities.warnOfAdditions(settings, doors.takeTokens());
    Set<String> without = identities.usersWithoutGroup();
    if (!without.isEmpty()) {
      LOGGER.info(
          "identities.xml: users in no group, whom rules and limits of groups pass by: {}",
          String.join(", ", without));
    }
    if (!doors.askForCertificates()) {
      for (Settings part : settings.parts("certificate")) {
        part.warning("", "it never applies: no door has <clientAuth> in its <tls>");
      }
    }
    settings.end();
  }

  private void limits(Settings settings) {
    LimitsConfiguration unused = LimitsConfiguration.read(settings, home.conf(), knownNames());
    settings.end();
  }

  private void relay(Settings settings) {
    RelayConfiguration unused = RelayConfiguration.read(settings, home);
    settings.end();
  }

  private void senders(Settings settings) {
    Known known = new Known(knownNames(), processors(), domains());
    SenderRights rights = SenderRights.read(settings, known, Domain.LOCALHOST.asString());
    if (!rights.local().isEmpty()
        && Stream.concat(domains().stream(), Stream.of(Domain.LOCALHOST.asString()))
            .noneMatch(each -> rights.local().find("postmaster@" + each).isPresent())) {
      LOGGER.info(
          "senders.xml: mail to postmaster is refused, though local addresses take mail (RFC 5321"
              + " section 4.5.1)");
    }
    if (!doors.authorize()) {
      SenderRights.warnOfUnauthorized(settings);
    }
    settings.end();
  }

  /** Domains of the relay itself; what is wrong in the file is told with the rest of it. */
  private Set<String> domains() {
    try {
      HierarchicalConfiguration<ImmutableNode> list = configurations.getConfiguration("domainlist");
      return Stream.concat(
              Stream.of(list.getString("defaultDomain", "")),
              Arrays.stream(list.getStringArray("domainnames.domainname")))
          .map(domain -> domain.strip().toLowerCase(Locale.ROOT))
          .filter(domain -> !domain.isEmpty())
          .collect(Collectors.toUnmodifiableSet());
    } catch (ConfigurationException e) {
      return Set.of();
    }
  }

  private KnownNames knownNames() {
    return !identitiesAreRead ? KnownNames.UNKNOWN : identities.known(doors.takeTokens());
  }

  /** Whom a door may know; what is wrong in the file is told with the rest of it. */
  private IdentitiesConfiguration clientsKnown() {
    try {
      Settings file =
          new Settings(
              home.conf().resolve("identities.xml"), configurations.getConfiguration("identities"));
      return IdentitiesConfiguration.read(file, home.conf(), home.root());
    } catch (ConfigurationException e) {
      return IdentitiesConfiguration.USERS;
    }
  }

  /** What the doors are held against; what is wrong in the file is told with the rest of it. */
  private SenderRights rights() {
    Path file = home.conf().resolve("senders.xml");
    String domain = Domain.LOCALHOST.asString();
    try {
      return Files.exists(file)
          ? SenderRights.read(
              new Settings(file, configurations.getConfiguration("senders")), Known.NOTHING, domain)
          : SenderRights.shipped(domain);
    } catch (ConfigurationException e) {
      return SenderRights.shipped(domain);
    }
  }

  /** Names of those that are configured; none when they cannot be read, which is told elsewhere. */
  private Set<String> processors() {
    try {
      return Set.of(
          configurations
              .getConfiguration("mailetcontainer")
              .getStringArray("processors.processor[@state]"));
    } catch (ConfigurationException | IllegalArgumentException e) {
      return Set.of();
    }
  }

  private void read(String name, Reading reading) {
    Path file = home.conf().resolve(name + ".xml");
    if (Files.exists(file) && !Files.isReadable(file)) {
      NamedFile.problem(file).ifPresent(complaints::add);
      return;
    }
    if (NEEDED.contains(name) && Files.notExists(file)) {
      complaints.add("there is no conf/" + file.getFileName());
      return;
    }
    try {
      HierarchicalConfiguration<ImmutableNode> values = configurations.getConfiguration(name);
      Settings settings = new Settings(file, values);
      String root = ROOTS.getOrDefault(name, name);
      if (Files.exists(file) && !root.equals(values.getRootElementName())) {
        // James reads what is in it all the same.
        String found = values.getRootElementName();
        settings.warning("", "the outermost element is <" + found + ">, not <" + root + ">");
      }
      reading.read(settings, values);
      settings.complaint().ifPresent(complaints::add);
      settings.warnings().forEach(warning -> LOGGER.warn("{}.xml, {}", name, warning));
    } catch (ConfigurationException e) {
      // James would name neither file nor line.
      complaints.add(XmlElement.problem(file).orElse(file.getFileName() + ": " + e.getMessage()));
    }
  }

  private void addChains() {
    Path file = home.conf().resolve("mailetcontainer.xml");
    if (Files.notExists(file)) {
      return;
    }
    try {
      HierarchicalConfiguration<ImmutableNode> all =
          configurations.getConfiguration("mailetcontainer");
      Optional<HierarchicalConfiguration<ImmutableNode>> processors =
          all.configurationsAt("processors").stream().findFirst();
      if (processors.isPresent()) {
        ChainTrial.problems(
                file, processors.get(), files, new DropWizardMetricFactory(new MetricRegistry()))
            .ifPresent(complaints::add);
      }
    } catch (ConfigurationException e) {
      LOGGER.debug("{} was told of already", file, e);
    }
  }
}
