/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.james.transport.mailets.remote.delivery.RemoteDeliveryConfiguration;
import org.junit.jupiter.api.Test;
import org.posthouse.config.Lines;
import org.posthouse.config.Settings;

/** src/doc/DELIVERY.md lists what RemoteDelivery reads, and nothing else. */
class DeliveryParametersTest {
  private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\|(.*)");
  private static final Pattern PATH = Pattern.compile("`([a-z]+)/([A-Za-z/@]+)`");

  /** Names in the first column below a heading, with the rest of their rows. */
  private static Map<String, String> table(String page, String heading) throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("doc", page))) {
      if (line.startsWith("#")) {
        inside = line.replaceFirst("#+ ", "").equals(heading);
      }
      Matcher row = ROW.matcher(line);
      if (inside && row.matches()) {
        rows.put(row.group(1), row.group(2));
      }
    }
    return rows;
  }

  private static Set<String> known() {
    Settings nothing = new Settings(Lines.unknown(), "", "", new BaseHierarchicalConfiguration());
    DeliveryParameters.check(nothing);
    return nothing.known().stream()
        .filter(key -> !key.startsWith("["))
        .filter(key -> !key.matches("onMailetException|onMatchException")) // of every mailet
        .map(key -> key.replace("..", "."))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void parametersShouldBeDocumentedAndTheOtherWayRound() throws Exception {
    Set<String> known = known();
    known.removeIf(name -> name.startsWith("mail."));
    assertThat(table("DELIVERY.md", "Parameters of RemoteDelivery").keySet())
        .containsExactlyInAnyOrderElementsOf(known);
  }

  @Test
  void propertiesOfJavaMailShouldBeDocumentedAndTheOtherWayRound() throws Exception {
    Set<String> known = known();
    known.removeIf(name -> !name.startsWith("mail."));
    assertThat(
            table("DELIVERY.md", "Properties of JavaMail").keySet().stream()
                .flatMap(
                    name ->
                        name.startsWith("mail.")
                            ? Stream.of(name)
                            : Stream.of("mail.smtp." + name, "mail.smtps." + name)))
        .containsExactlyInAnyOrderElementsOf(known);
  }

  @Test
  void elementsThatCountOtherwiseShouldBeThereInRelayXml() throws Exception {
    Set<String> paths = new TreeSet<>();
    for (String row : table("DELIVERY.md", "Parameters of RemoteDelivery").values()) {
      Matcher path = PATH.matcher(row);
      while (path.find()) {
        paths.add(path.group());
        assertThat(table("CONFIGURATION.md", path.group(1)).keySet())
            .as(path.group())
            .contains(path.group(2));
      }
    }
    assertThat(paths).hasSizeGreaterThan(7);
  }

  @Test
  void whateverStocksCodeReadsShouldBeKnown() {
    Set<String> constants =
        Arrays.stream(RemoteDeliveryConfiguration.class.getFields())
            .filter(field -> field.getType().equals(String.class))
            .filter(field -> !field.getName().matches("JAVAX_PREFIX|ADDRESS_PORT_SEPARATOR"))
            .map(DeliveryParametersTest::value)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(constants).hasSizeGreaterThan(20);
    assertThat(known()).containsAll(constants);
  }

  private static String value(Field field) {
    try {
      return (String) field.get(null);
    } catch (IllegalAccessException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
