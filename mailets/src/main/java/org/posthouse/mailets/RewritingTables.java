/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.posthouse.rewriting.AddressRewriting;
import org.posthouse.rewriting.AddressTable;
import org.posthouse.rewriting.AddressTableFile;
import org.posthouse.rewriting.Masquerade;
import org.posthouse.rewriting.RulesException;
import org.posthouse.rewriting.TableOptions;

/** The tables of {@link RewriteAddresses}, in the order in which Postfix applies them. */
final class RewritingTables {
  static final String ENVELOPE_SENDER = "envelope_sender";
  static final String ENVELOPE_RECIPIENT = "envelope_recipient";
  static final String HEADER_SENDER = "header_sender";
  static final String HEADER_RECIPIENT = "header_recipient";

  private static final Set<String> CLASSES =
      Set.of(ENVELOPE_SENDER, ENVELOPE_RECIPIENT, HEADER_SENDER, HEADER_RECIPIENT);

  private static final String MASQUERADE_DOMAINS = "masqueradeDomains";
  private static final String MASQUERADE_EXCEPTIONS = "masqueradeExceptions";
  private static final String MASQUERADE_CLASSES = "masqueradeClasses";
  private static final Set<String> OF_DATABASES =
      Set.of("hash", "btree", "lmdb", "cdb", "dbm", "texthash", "regexp", "pcre", "inline");

  private final Parameters parameters;
  private final FileSystem fileSystem;
  private final List<Table> tables = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /** One of the tables and the classes of addresses it is for. */
  private record Table(AddressRewriting rewriting, Set<String> classes) {}

  /** A table's parameter, the one of its classes, and its classes by default. */
  private record Kind(String name, String classesName, Set<String> classes) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "senderCanonical", "senderCanonicalClasses", Set.of(ENVELOPE_SENDER, HEADER_SENDER)),
          new Kind(
              "recipientCanonical",
              "recipientCanonicalClasses",
              Set.of(ENVELOPE_RECIPIENT, HEADER_RECIPIENT)),
          new Kind("canonical", "canonicalClasses", CLASSES));

  private static final Kind GENERIC = new Kind("generic", "genericClasses", CLASSES);

  private RewritingTables(Parameters parameters, FileSystem fileSystem) {
    this.parameters = parameters;
    this.fileSystem = fileSystem;
  }

  /** The names of all parameters that are read here. */
  static Set<String> parameterNames() {
    Set<String> names =
        new HashSet<>(
            Set.of(
                MASQUERADE_DOMAINS,
                MASQUERADE_EXCEPTIONS,
                MASQUERADE_CLASSES,
                "localDomains",
                "origin",
                "recipientDelimiter",
                "propagateUnmatchedExtensions",
                "recursion"));
    for (Kind kind : KINDS) {
      names.addAll(Set.of(kind.name, kind.classesName));
    }
    names.addAll(Set.of(GENERIC.name, GENERIC.classesName));
    return names;
  }

  /**
   * Reads all tables.
   *
   * @throws MessagingException when something is wrong with them; it names all that is
   */
  static RewritingTables read(Parameters parameters, FileSystem fileSystem)
      throws MessagingException {
    RewritingTables all = new RewritingTables(parameters, fileSystem);
    for (Kind kind : KINDS) {
      all.add(kind, "canonical", true);
    }
    all.addMasquerade();
    all.add(GENERIC, GENERIC.name, false);
    if (!all.problems.isEmpty()) {
      throw parameters.wrong(String.join("; ", all.problems));
    }
    if (!all.isAnyGiven()) {
      throw parameters.wrong("none of the tables is given: canonical, generic, masqueradeDomains…");
    }
    return all;
  }

  private boolean isAnyGiven() {
    return parameters.has(MASQUERADE_DOMAINS)
        || parameters.has(GENERIC.name)
        || KINDS.stream().anyMatch(kind -> parameters.has(kind.name));
  }

  /** What is done with the addresses of a class. */
  AddressRewriting of(String addressClass) {
    AddressRewriting result = AddressRewriting.NONE;
    for (Table table : tables) {
      if (table.classes.contains(addressClass)) {
        result = result == AddressRewriting.NONE ? table.rewriting : result.then(table.rewriting);
      }
    }
    return result;
  }

  private void add(Kind kind, String extensionName, boolean recursive) throws MessagingException {
    Set<String> classes = parameters.choices(kind.classesName, CLASSES, kind.classes);
    String value = parameters.optional(kind.name).orElse("");
    if (value.isEmpty()) {
      return;
    }
    try {
      tables.add(new Table(table(kind.name, value, options(extensionName, recursive)), classes));
    } catch (RulesException e) {
      problems.addAll(e.problems());
    } catch (IOException e) {
      problems.add("<" + kind.name + "> " + value + " cannot be read: " + e);
    }
  }

  private void addMasquerade() throws MessagingException {
    Set<String> classes =
        parameters.choices(
            MASQUERADE_CLASSES, CLASSES, Set.of(ENVELOPE_SENDER, HEADER_SENDER, HEADER_RECIPIENT));
    List<String> domains = parameters.words(MASQUERADE_DOMAINS);
    try {
      if (!domains.isEmpty()) {
        List<String> exceptions = parameters.words(MASQUERADE_EXCEPTIONS);
        tables.add(new Table(Masquerade.of(domains, exceptions), classes));
      }
    } catch (RulesException e) {
      e.problems().forEach(each -> problems.add("<" + MASQUERADE_DOMAINS + "> " + each));
    }
  }

  /** Lines where there is white space between words, else a file. */
  private AddressRewriting table(String name, String value, TableOptions options)
      throws IOException, RulesException, MessagingException {
    if (value.matches("(?s)\\S+\\s+\\S.*")) {
      return AddressTable.readInline("<" + name + ">", value, options);
    }
    int colon = value.indexOf(':');
    if (colon > 0 && OF_DATABASES.contains(value.substring(0, colon).toLowerCase(Locale.ROOT))) {
      throw parameters.refusal(
          name, "names the text of a table: leave out '" + value.substring(0, colon + 1) + "'");
    }
    Path file = ConfigurationFile.locate(fileSystem, value);
    return AddressTableFile.open(file, options);
  }

  private TableOptions options(String extensionName, boolean recursive) throws MessagingException {
    Set<String> propagating =
        parameters.choices(
            "propagateUnmatchedExtensions",
            Set.of("canonical", "generic", "none"),
            Set.of("canonical"));
    int recursion = parameters.optional("recursion").isPresent() ? recursion() : 0;
    return new TableOptions(
        delimiters(),
        Set.copyOf(parameters.words("localDomains")),
        parameters.optional("origin").orElse(""),
        propagating.contains(extensionName),
        recursive ? recursion : 0);
  }

  private String delimiters() {
    String given = parameters.optional("recipientDelimiter").orElse("+");
    return given.equals("none") ? "" : given;
  }

  private int recursion() throws MessagingException {
    int recursion = parameters.positive("recursion", 1);
    if (recursion > 100) {
      throw parameters.refusal("recursion", "is at most 100");
    }
    return recursion;
  }
}
