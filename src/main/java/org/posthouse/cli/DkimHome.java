/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.posthouse.config.FileFailure;
import org.posthouse.config.Home;
import org.posthouse.dkim.DomainName;
import org.posthouse.signing.FromPattern;
import org.posthouse.signing.KeyTableReader;
import org.posthouse.signing.KeyTableText;
import org.posthouse.signing.SigningDomain;
import org.posthouse.signing.TableKey;
import org.posthouse.signing.TableReading;
import picocli.CommandLine;

/** The table of keys of one home, as commands read and write it. */
final class DkimHome {
  static final String DIRECTORY = "dkim";

  private final Path conf;
  private final Clock clock;

  DkimHome(Home home, Clock clock) {
    this.conf = home.conf();
    this.clock = clock;
  }

  Path conf() {
    return conf;
  }

  Path table() {
    return conf.resolve("dkim.xml");
  }

  Clock clock() {
    return clock;
  }

  /**
   * Reads the table; its warnings go to the terminal.
   *
   * @throws CommandFailure when it cannot be used
   */
  TableReading read(CommandLine command) {
    TableReading reading = usable();
    reading.warnings().forEach(each -> command.getErr().println("posthouse: " + each));
    command.getErr().flush();
    return reading;
  }

  private TableReading usable() {
    TableReading reading = reading();
    if (!reading.isUsable()) {
      throw new CommandFailure(ExitCodes.BAD_CONFIGURATION, reading.complaint());
    }
    return reading;
  }

  /**
   * The text of the table, a new one where there is none.
   *
   * @throws CommandFailure when it cannot be used
   */
  KeyTableText text() {
    if (!Files.isDirectory(conf)) {
      throw new CommandFailure(ExitCodes.BAD_CONFIGURATION, "there is no directory " + conf);
    }
    checkOwner();
    if (Files.notExists(table())) {
      return KeyTableText.empty();
    }
    usable();
    try {
      return KeyTableText.parse(Files.readString(table(), StandardCharsets.UTF_8));
    } catch (IOException | IllegalArgumentException e) {
      String why = e instanceof IOException io ? FileFailure.text(io) : e.getMessage();
      throw new CommandFailure(ExitCodes.BAD_CONFIGURATION, table() + ": " + why, e);
    }
  }

  /** The table, whatever is wrong with it, or that there is none. */
  TableReading reading() {
    return new KeyTableReader(conf, clock).read(table());
  }

  /** The selectors of all keys that sign as a domain. */
  static Set<String> selectors(TableReading reading, String signs) {
    return reading.table().domains().stream()
        .filter(each -> each.signs().equals(signs))
        .flatMap(each -> each.keys().stream())
        .map(TableKey::selector)
        .collect(Collectors.toSet());
  }

  /** Only root can give a key to the user that has to read it. */
  private void checkOwner() {
    String user = System.getProperty("user.name", "");
    try {
      String owner = Files.getOwner(conf).getName();
      if (!user.equals("root") && !user.equals(owner)) {
        throw new CommandFailure(
            ExitCodes.NO_PERMISSION,
            conf + " is of user '" + owner + "': run this as that user or as root");
      }
    } catch (IOException e) {
      throw new CommandFailure(ExitCodes.BAD_CONFIGURATION, FileFailure.text(e), e);
    }
  }

  /**
   * An element's name as {@link FromPattern} has it.
   *
   * @throws CommandFailure when it is none; a script's variable that is empty means no other domain
   */
  static String name(String written) {
    String name = FromPattern.normal(written);
    String domain = name.startsWith("*.") ? name.substring(2) : name;
    if (DomainName.ofText(domain).isEmpty()) {
      throw new CommandFailure(ExitCodes.USAGE, "'" + written + "' is no domain name");
    }
    return name;
  }

  /**
   * The elements of that name.
   *
   * @param name as {@link #name} gives it
   */
  static List<SigningDomain> named(TableReading reading, String name) {
    return reading.table().domains().stream()
        .filter(domain -> domain.whose().toString().equals(name))
        .toList();
  }
}
