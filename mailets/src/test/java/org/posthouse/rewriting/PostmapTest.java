/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random tables, read by Postfix' own postmap: what it finds for the keys, in the order of
 * canonical(5), is what we find. Runs where Postfix is installed; nothing of it is started.
 */
@EnabledIf("isInstalled")
class PostmapTest {
  private static final Path POSTMAP = Path.of("/usr/sbin/postmap");
  private static final String[] USERS = {"u", "v", "u+t", "v+t+s", "W.x", "\"q r\""};
  private static final String[] DOMAINS = {"d.example", "e.d.example", "Local.example", "other"};
  private static final TableOptions OPTIONS =
      new TableOptions("+", Set.of("local.example"), "", false, 0);

  @TempDir Path directory;

  static boolean isInstalled() {
    return Files.isExecutable(POSTMAP);
  }

  @Test
  void keysShouldBeFoundAsPostfixFindsThem() throws Exception {
    Random random = new Random(1321);
    int found = 0;
    for (int i = 0; i < 60; i++) {
      String table = randomTable(random);
      AddressTable ours = AddressTable.read("table", table, OPTIONS);
      Map<String, String> theirs = ask("texthash", table, keysOfAll());
      for (String address : addresses()) {
        String expected = first(theirs, keys(address));
        assertThat(ours.rewrite(Address.parse(address).orElseThrow()).map(Address::toString))
            .as("%s in%n%s", address, table)
            .isEqualTo(java.util.Optional.ofNullable(expected));
        found += expected == null ? 0 : 1;
      }
    }
    assertThat(found).isGreaterThan(400);
  }

  @Test
  void patternsShouldBeReplacedAsPostfixReplacesThem() throws Exception {
    String table =
        """
        /^(v)(\\+.*)?@d/    ${1}x$(2)@one.example
        # a comment
        /^U@e\\./i          never@two.example
        /^U@E/
            $$@three.example
        /(w)\\.(x)@(.*)$/   $2.$1@$3
        """;
    AddressTable ours = AddressTable.read("table", table, OPTIONS);
    Map<String, String> theirs = ask("regexp", table, addresses());
    assertThat(theirs).hasSizeGreaterThan(5);
    for (String address : addresses()) {
      assertThat(ours.rewrite(Address.parse(address).orElseThrow()).map(Address::toString))
          .as(address)
          .isEqualTo(java.util.Optional.ofNullable(theirs.get(address)));
    }
  }

  /** The order that canonical(5) gives, then the one of access(5). */
  private static List<String> keys(String address) {
    int at = address.lastIndexOf('@');
    String user = address.substring(0, at);
    String domain = address.substring(at);
    String base = user.indexOf('+') > 0 ? user.substring(0, user.indexOf('+')) : user;
    List<String> keys = new ArrayList<>(List.of(user + domain, base + domain));
    if (domain.equalsIgnoreCase("@local.example")) {
      keys.addAll(List.of(user, base));
    }
    keys.add(domain);
    for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
      keys.add(domain.substring(dot));
    }
    keys.addAll(List.of(user + "@", base + "@"));
    return keys;
  }

  private static List<String> keysOfAll() {
    return addresses().stream().flatMap(each -> keys(each).stream()).distinct().toList();
  }

  private static List<String> addresses() {
    List<String> addresses = new ArrayList<>();
    for (String user : USERS) {
      for (String domain : DOMAINS) {
        addresses.add(user + "@" + domain);
      }
    }
    return addresses;
  }

  private static String first(Map<String, String> found, List<String> keys) {
    return keys.stream().filter(found::containsKey).findFirst().map(found::get).orElse(null);
  }

  private static String randomTable(Random random) {
    List<String> keys = new ArrayList<>(keysOfAll());
    Map<String, String> chosen = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = random.nextInt(12); i >= 0; i--) {
      chosen.put(keys.get(random.nextInt(keys.size())), "to" + i + "@x" + i + ".example");
    }
    String[] between = {" ", "\t", "   ", "\n  ", "\n# c\n\t", "\n\n "};
    String[] after = {"\n", "\n\n", "\n# key value\n", " \n"};
    StringBuilder table = new StringBuilder("# a table\n");
    chosen.forEach(
        (key, value) ->
            table
                .append(random.nextBoolean() ? key : key.toUpperCase(java.util.Locale.ROOT))
                .append(between[random.nextInt(between.length)])
                .append(value)
                .append(after[random.nextInt(after.length)]));
    return table.toString();
  }

  /** An old file: Postfix waits with one that may still be written. */
  private Path write(String name, String text) throws Exception {
    Path file = Files.writeString(directory.resolve(name), text);
    return Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
  }

  private Map<String, String> ask(String type, String table, List<String> keys) throws Exception {
    write("main.cf", "");
    Path file = write("table", table);
    Process postmap =
        new ProcessBuilder(
                POSTMAP.toString(), "-c", directory.toString(), "-q", "-", type + ":" + file)
            .redirectErrorStream(true)
            .start();
    try (var in = postmap.getOutputStream()) {
      in.write((String.join("\n", keys) + "\n").getBytes(UTF_8));
    }
    Map<String, String> found = new HashMap<>();
    for (String line : new String(postmap.getInputStream().readAllBytes(), UTF_8).split("\n", -1)) {
      String[] parts = line.split("\t", 2);
      if (parts.length == 2) {
        found.put(parts[0], parts[1]);
      } else {
        assertThat(line).isEmpty();
      }
    }
    postmap.waitFor();
    return found;
  }
}
