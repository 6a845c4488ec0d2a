/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.posthouse.config.Home;
import org.posthouse.spelling.NearestName;

/**
 * Files of conf/ that somebody put there for nothing: misspelt ones, and those of James' other
 * servers. Nothing is said of others, which may belong to an extension.
 */
final class UnreadFiles {
  private static final String NO_MAILBOXES = "a relay keeps no mailboxes";

  private static final Map<String, String> OF_JAMES =
      Map.ofEntries(
          Map.entry("activemq.properties", "queues lie in the spool, see relay.xml"),
          Map.entry("fetchmail.xml", NO_MAILBOXES),
          Map.entry("imapserver.xml", NO_MAILBOXES),
          Map.entry("james-database.properties", "a relay has no database"),
          Map.entry("jmap.properties", NO_MAILBOXES),
          Map.entry("jmx.properties", "there is no JMX; see `posthouse status`"),
          Map.entry("lmtpserver.xml", NO_MAILBOXES),
          Map.entry("mailbox.xml", NO_MAILBOXES),
          Map.entry("mailrepositorystore.xml", "repositories lie in the spool"),
          Map.entry("managesieveserver.xml", NO_MAILBOXES),
          Map.entry("pop3server.xml", NO_MAILBOXES),
          Map.entry("usersrepository.xml", "logins stand in conf/users, see `posthouse user`"));

  private UnreadFiles() {}

  /** One sentence for each. */
  static List<String> in(Path conf) {
    try (Stream<Path> files = Files.list(conf)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !Home.CONFIGURATION.contains(name) && !isNamed(conf, name))
          .sorted()
          .flatMap(name -> why(name).map(why -> "conf/" + name + " is not read: " + why).stream())
          .toList();
    } catch (IOException e) {
      return List.of(); // whoever needs a file in there says what is wrong
    }
  }

  /** Whether a mailet may read it, such as a second table of keys. */
  private static boolean isNamed(Path conf, String name) {
    try {
      Path chains = conf.resolve("mailetcontainer.xml");
      return Files.readString(chains, StandardCharsets.ISO_8859_1).contains(name);
    } catch (IOException e) {
      return false; // which is told elsewhere
    }
  }

  private static Optional<String> why(String name) {
    if (OF_JAMES.containsKey(name)) {
      return Optional.of(OF_JAMES.get(name));
    }
    return name.endsWith(".xml") || name.endsWith(".properties")
        ? NearestName.of(name, Home.CONFIGURATION.stream())
            .map(near -> "did you mean " + near + "?")
        : Optional.empty();
  }
}
