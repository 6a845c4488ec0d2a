/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mailet;
import org.apache.mailet.Matcher;
import org.apache.mailet.base.test.FakeMailetConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthouse.config.Settings;
import org.posthouse.delivery.config.DeliveryConfiguration;
import org.posthouse.identity.KnownNames;
import org.posthouse.identity.config.IdentitiesConfiguration;
import org.posthouse.identity.limits.LimitsConfiguration;
import org.posthouse.identity.rights.Known;
import org.posthouse.identity.rights.SenderRights;
import org.posthouse.james.CheckAlignment;
import org.posthouse.james.command.SessionLimits;
import org.posthouse.james.overload.OverloadSettings;
import org.posthouse.matchers.RightAttributes;
import org.posthouse.signing.KeyTableReader;
import org.posthouse.signing.Remark;
import org.posthouse.spool.SpoolConfiguration;
import org.posthouse.tls.TlsReader;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** src/doc/CONFIGURATION.md tells of what is there, and of nothing else. */
class ConfigurationDocumentTest {
  private static final Path DOCUMENT = Path.of("doc/CONFIGURATION.md");
  private static final Path CONF = Path.of("../conf");
  private static final Pattern HEADING = Pattern.compile("#{2,3} (.*)");
  private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\|(.*)");
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.posthouse");
  private static final Pattern KNOWN = Pattern.compile("Known are \\[([^]]*)]");
  private static final Map<String, Set<String>> PARAMETERS = ourParameters();

  /** Parts of relay.xml with a section of their own, where rows are paths below the part. */
  private static final List<String> RELAY_PARTS =
      List.of("reception", "delivery", "sources", "destinations", "routes");

  /** In stock's files, where nothing reads them. */
  private static final Set<String> STOCKS_DEAD = Set.of("provider", "algorithm");

  /** Names in the tables of a section and its subsections' tables, with the rest of their rows. */
  private static Map<String, Map<String, String>> sections() throws IOException {
    Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    Map<String, String> current = new LinkedHashMap<>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      java.util.regex.Matcher heading = HEADING.matcher(line);
      java.util.regex.Matcher row = ROW.matcher(line);
      if (heading.matches()) {
        current = sections.computeIfAbsent(heading.group(1), name -> new LinkedHashMap<>());
      } else if (row.matches()) {
        current.put(row.group(1), row.group(2));
      }
    }
    return sections;
  }

  static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      return files
          .filter(file -> file.toString().matches(".*\\.(xml|properties)"))
          .filter(file -> !file.endsWith("logback.xml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyNameInAFileShouldBeDocumentedAndTheOtherWayRound(Path file) throws Exception {
    Map<String, String> documented = sections().get(file.getFileName().toString());
    assertThat(documented).as("section").isNotNull();
    Set<String> named = file.toString().endsWith(".xml") ? xmlNames(file) : keys(file);
    named.removeAll(PARAMETERS.values().stream().flatMap(Set::stream).toList());
    assertThat(Objects.requireNonNull(documented).keySet()).containsAll(named);
    documented.forEach(
        (name, row) -> {
          if (!row.contains("not shipped") && !named.contains(name)) {
            assertThat(PARAMETERS.values()).as(name).anyMatch(names -> names.contains(name));
          }
        });
  }

  @Test
  void parametersOfOurMailetsShouldBeDocumentedAndTheOtherWayRound() throws Exception {
    assertThat(PARAMETERS).containsKeys("LoopGuard", "DkimSign", "CheckAlignment");
    Map<String, Map<String, String>> sections = sections();
    PARAMETERS.forEach(
        (mailet, names) ->
            assertThat(sections.getOrDefault(mailet, Map.of()).keySet())
                .as(mailet)
                .containsExactlyInAnyOrderElementsOf(names));
  }

  @Test
  void everyElementOfTlsShouldBeDocumented() throws Exception {
    Path file = Path.of("test/resources/relay/tls.xml");
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    Settings door = new Settings(file, values);
    assertThat(TlsReader.read(door, url -> Path.of("absent"))).as("no such files").isEmpty();
    Set<String> names =
        door.known().stream()
            .flatMap(key -> Arrays.stream(key.replace("[@", ".").replace("]", "").split("\\.", -1)))
            .filter(name -> !name.isEmpty() && !STOCKS_DEAD.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(names).contains("tls", "certificate", "chain", "mode", "authorities", "required");
    names.removeAll(Set.of("protocol", "cipherSuite"));
    assertThat(sections().getOrDefault("smtpserver.xml", Map.of()).keySet()).containsAll(names);
  }

  @Test
  void keysOfRelayXmlShouldBeDocumentedAndTheOtherWayRound() throws Exception {
    Map<String, Set<String>> keys = relayKeys();
    Set<String> first = new TreeSet<>(keys.keySet());
    first.addAll(keys.getOrDefault("spool", Set.of()));
    first.add("relay");
    assertDocumented("relay.xml", first);
    for (String part : RELAY_PARTS) {
      assertDocumented(part, keys.getOrDefault(part, Set.of()));
    }
  }

  @Test
  void keysOfIdentitiesXmlShouldBeDocumentedAndTheOtherWayRound() throws Exception {
    Path home = Path.of("test/resources/identities");
    Settings settings = settings(home.resolve("conf/identities.xml"));
    IdentitiesConfiguration.read(settings, home.resolve("conf"), home);
    Set<String> keys = new TreeSet<>(Set.of("identities"));
    settings.known().stream()
        .map(key -> key.replace("[@", ".@").replace("]", "").replace('.', '/'))
        .map(key -> key.endsWith("/") ? key.substring(0, key.length() - 1) : key)
        .forEach(keys::add);
    assertDocumented("identities.xml", keys);
  }

  @Test
  void keysOfLimitsXmlShouldBeDocumentedAndTheOtherWayRound() throws Exception {
    Path conf = Path.of("test/resources/limits");
    Settings settings = settings(conf.resolve("limits.xml"));
    LimitsConfiguration.read(settings, conf, KnownNames.UNKNOWN);
    Set<String> keys = new TreeSet<>(Set.of("limits"));
    settings.known().stream()
        .map(key -> key.replace("limit.", "").replace("limit[@", "").replace("]", ""))
        .forEach(keys::add);
    assertDocumented("limits.xml", keys);
  }

  private static Settings settings(Path file) throws Exception {
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(file.toFile());
    return new Settings(file, values);
  }

  /** The reader names what it knows when it refuses what it does not know. */
  @Test
  void elementsOfDkimXmlShouldBeDocumentedAndTheOtherWayRound(@TempDir Path conf) throws Exception {
    Path file =
        Files.writeString(
            conf.resolve("dkim.xml"),
            "<dkim><x/><domain x='1'><y/><key x='1'/></domain><default x='1'/></dkim>");
    Set<String> names = new TreeSet<>(Set.of("dkim"));
    for (Remark remark : new KeyTableReader(conf, Clock.systemUTC()).read(file).problems()) {
      java.util.regex.Matcher known = KNOWN.matcher(remark.text());
      if (known.find()) {
        boolean ofAttribute = remark.text().contains("there is no attribute");
        String element = remark.element().replaceAll("\\W", "");
        Arrays.stream(known.group(1).split(", ", -1))
            .forEach(name -> names.add(ofAttribute ? element + "/@" + name : name));
      }
    }
    assertDocumented("dkim.xml", names);
  }

  @Test
  void keysOfSendersXmlShouldBeDocumentedAndTheOtherWayRound() throws Exception {
    Path file = Path.of("test/resources/senders/full.xml");
    Settings settings = settings(file);
    SenderRights unused = SenderRights.read(settings, Known.NOTHING, "example.org");
    settings.check();
    Set<String> names = new TreeSet<>(Set.of("senders"));
    settings.known().forEach(key -> names.addAll(Arrays.asList(key.split("[.@\\[\\]]+", -1))));
    names.remove("");
    assertDocumented("senders.xml", names);
  }

  @Test
  void ourMatchersShouldBeDocumentedAndTheOtherWayRound() throws Exception {
    Set<String> names = new TreeSet<>();
    for (JavaClass each : OURS) {
      boolean ours = each.getPackageName().equals("org.posthouse.matchers");
      if (ours && each.isAssignableTo(Matcher.class) && isConcrete(each)) {
        names.add(each.getSimpleName());
      }
    }
    assertThat(names).contains("RelayRight");
    assertDocumented("Matchers of ours", names);
    String text = Files.readString(DOCUMENT);
    for (AttributeName name : RightAttributes.ALL) {
      String last = name.asString().substring(name.asString().lastIndexOf('.') + 1);
      assertThat(text).contains("`" + (last.equals("right") ? name.asString() : last) + "`");
    }
  }

  private static boolean isConcrete(JavaClass each) {
    return !each.getModifiers().contains(JavaModifier.ABSTRACT);
  }

  /** Elements may be the same in several places: they are documented once. */
  private static Map<String, Set<String>> relayKeys() throws Exception {
    Map<String, Set<String>> keys = new TreeMap<>();
    for (String key : fullRelay().known()) {
      String path = key.replace("[@", ".@").replace("]", "").replace('.', '/');
      String[] steps = path.split("/", 2);
      Set<String> part = keys.computeIfAbsent(steps[0], name -> new TreeSet<>());
      if (steps.length > 1) {
        part.add(steps[1].replaceFirst("^(default|destination)/(?!@)", ""));
      }
    }
    Set<String> destinations = keys.getOrDefault("destinations", Set.of());
    Set<String> retries = new TreeSet<>(keys.getOrDefault("delivery", Set.of()));
    retries.removeIf(path -> !path.startsWith("retry/"));
    assertThat(destinations).containsAll(retries);
    destinations.removeAll(retries);
    return keys;
  }

  private static Settings fullRelay() throws Exception {
    Path file = Path.of("test/resources/relay/full.xml");
    Settings settings = settings(file);
    SpoolConfiguration.read(settings, Path.of("spool"));
    SessionLimits.read(settings);
    OverloadSettings.read(settings);
    DeliveryConfiguration.read(settings, Path.of("home"), "host.example.org", address -> true);
    return settings;
  }

  private static void assertDocumented(String section, Set<String> names) throws IOException {
    assertThat(sections().getOrDefault(section, Map.of()).keySet())
        .as(section)
        .containsExactlyInAnyOrderElementsOf(names);
  }

  /** A mailet of ours names what it knows when it refuses what it does not know. */
  private static Map<String, Set<String>> ourParameters() {
    Map<String, Set<String>> result = new LinkedHashMap<>();
    for (JavaClass each : OURS) {
      boolean reads =
          each.getPackageName().equals("org.posthouse.mailets")
              || each.isEquivalentTo(CheckAlignment.class);
      if (reads && each.isAssignableTo(Mailet.class) && isConcrete(each)) {
        result.put(each.getSimpleName(), parameters(each.reflect()));
      }
    }
    return result;
  }

  private static Set<String> parameters(Class<?> type) {
    try {
      Constructor<?> constructor = type.getConstructors()[0];
      Object[] parts = new Object[constructor.getParameterCount()];
      for (int i = 0; i < parts.length; i++) {
        boolean isFiles = constructor.getParameterTypes()[i] == FileSystem.class;
        parts[i] = isFiles ? new FilesOf(Path.of("none")) : null;
      }
      Mailet mailet = (Mailet) constructor.newInstance(parts);
      mailet.init(
          FakeMailetConfig.builder().mailetName("m").setProperty("noSuchParameter", "x").build());
      throw new AssertionError(type + " took an unknown parameter");
    } catch (MessagingException e) {
      java.util.regex.Matcher known = KNOWN.matcher(String.valueOf(e.getMessage()));
      assertThat(known.find()).as(e.getMessage()).isTrue();
      return new TreeSet<>(Arrays.asList(known.group(1).split(", ", -1)));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Set<String> keys(Path file) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    }
    return new TreeSet<>(properties.stringPropertyNames());
  }

  private static Set<String> xmlNames(Path file) throws Exception {
    Set<String> names = new TreeSet<>();
    collect(
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(file.toFile())
            .getDocumentElement(),
        names);
    return names;
  }

  private static void collect(Element element, Set<String> names) {
    names.add(element.getTagName());
    NamedNodeMap attributes = element.getAttributes();
    for (int i = 0; i < attributes.getLength(); i++) {
      names.add(attributes.item(i).getNodeName());
    }
    NodeList children = element.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      Node child = children.item(i);
      if (child instanceof Element childElement) {
        collect(childElement, names);
      }
    }
  }
}
