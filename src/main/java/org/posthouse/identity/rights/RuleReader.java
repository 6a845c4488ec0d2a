/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.posthouse.config.Settings;

/** Reads one {@code <rule>}. */
final class RuleReader {
  private static final String NAME = "[@name]";
  private static final String NAME_FORM = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";
  private static final String FIELD_FORM = "[!-9;-~]{1,77}";
  private static final String BLANKS = "[,\\s]+";

  /** Directories have groups with blanks in their names. */
  private static final String COMMAS = "\\s*,\\s*";

  private static final List<String> CHECKED = List.of("Sender", "Reply-To");

  private static final Set<String> FIELDS_OF_MESSAGES =
      Set.of(
          "from",
          "sender",
          "reply-to",
          "to",
          "cc",
          "bcc",
          "date",
          "subject",
          "message-id",
          "in-reply-to",
          "references",
          "received",
          "return-path",
          "mime-version",
          "dkim-signature");

  private final Known known;
  private final Set<String> taken = new HashSet<>(Set.of(SenderRights.NO_RULE, SenderRights.LOCAL));

  RuleReader(Known known) {
    this.known = known;
  }

  Rule read(Settings part) {
    AddressList sender = AddressListReader.read(part, "sender", AddressList.OWN);
    return new Rule(
        name(part),
        part.line(""),
        conditions(part),
        sender,
        AddressListReader.read(part, "from", sender),
        part.read("alsoCheck", Set.<String>of(), RuleReader::fields),
        AddressListReader.read(part, "recipients", AddressList.ANY),
        size(part),
        part.read("extensions", Set.copyOf(Extensions.ALL), Extensions::parse),
        part.truth("nullSender", true),
        displayNames(part),
        otherwise(part, sender));
  }

  private String name(Settings part) {
    Optional<String> name = part.text(NAME).filter(text -> !text.isEmpty());
    if (name.isEmpty()) {
      part.problem("", "it has no attribute name");
    } else if (!name.get().matches(NAME_FORM)) {
      part.problem(
          NAME, "'" + name.get() + "' is no name; it may hold letters, digits, '.', '_' and '-'");
    } else if (!taken.add(name.get())) {
      part.problem(NAME, "'" + name.get() + "' is the name of another, or of none");
    }
    return name.orElse("");
  }

  private Conditions conditions(Settings part) {
    List<Network> networks = new ArrayList<>();
    for (String word : words(part, "[@networks]", BLANKS)) {
      try {
        networks.add(Network.parse(word));
      } catch (IllegalArgumentException e) {
        part.problem("[@networks]", String.valueOf(e.getMessage()));
      }
    }
    Names identities = Names.of(words(part, "[@identities]", BLANKS));
    known.names().checkIdentities(part, "[@identities]", identities.whole());
    warnOfIdle(part, "[@identities]", "identity", identities, known.names().identities());
    Names groups = Names.of(words(part, "[@groups]", COMMAS));
    known.names().checkGroups(part, "[@groups]", groups.whole());
    warnOfIdle(part, "[@groups]", "group", groups, known.names().groups());
    return new Conditions(identities, groups, List.copyOf(networks));
  }

  private static void warnOfIdle(
      Settings part, String key, String kind, Names names, Optional<Set<String>> all) {
    for (Names glob : all.isEmpty() ? List.<Names>of() : names.each()) {
      if (!glob.globs().isEmpty() && !glob.holdAnyOf(all.get())) {
        part.warning(key, "there is no " + kind + " that '" + glob.globs().get(0) + "' names");
      }
    }
  }

  private static List<String> words(Settings part, String key, String separator) {
    part.requireContent(key); // one that is empty would name everybody
    Optional<String> text = part.text(key);
    return text.filter(each -> !each.isEmpty())
        .map(each -> Arrays.asList(each.split(separator, -1)))
        .orElse(List.of());
  }

  private static long size(Settings part) {
    long octets = part.size("size", Long.MAX_VALUE);
    if (octets == 0) {
      part.problem("size", "it would let no message pass");
    }
    return octets;
  }

  private static Set<String> fields(String text) {
    Set<String> fields = new HashSet<>();
    for (String word : text.split("[,\\s]+", -1)) {
      if (CHECKED.stream().noneMatch(word::equalsIgnoreCase)) {
        throw new IllegalArgumentException(
            "'" + word + "' is none of " + String.join(", ", CHECKED));
      }
      fields.add(word.toLowerCase(Locale.ROOT));
    }
    return Set.copyOf(fields);
  }

  private static DisplayNames displayNames(Settings part) {
    DisplayNames.Kind kind = part.choice("displayNames", DisplayNames.Kind.ANY);
    Optional<String> header = field(part, "displayNames[@header]", kind == DisplayNames.Kind.MARK);
    return new DisplayNames(kind, header.orElse(null));
  }

  private static Otherwise otherwise(Settings part, AddressList sender) {
    Otherwise.Kind kind = part.choice("otherwise", Otherwise.Kind.REFUSE);
    Optional<String> header = field(part, "otherwise[@header]", kind == Otherwise.Kind.MARK);
    String key = "otherwise[@address]";
    Optional<String> address =
        part.read(key, Optional.<String>empty(), text -> Optional.of(address(text)));
    if (address.isPresent() && kind != Otherwise.Kind.REWRITE) {
      part.problem(key, "it is for rewrite only");
    }
    if (kind == Otherwise.Kind.REWRITE && address.isEmpty() && !sender.any() && !sender.own()) {
      part.problem(
          "otherwise",
          "it rewrites to an address of the client's own, which <sender> does not list; name another"
              + " in the attribute address");
    }
    return new Otherwise(kind, address.orElse(null), header.orElse(null));
  }

  static String address(String text) {
    boolean ascii = text.chars().allMatch(c -> c < 0x80);
    return Address.parse(text)
        .filter(each -> ascii)
        .map(each -> text)
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no address, in ASCII"));
  }

  /** A second one of these would make the message one that no two programs read alike. */
  private static boolean isOfTheMessage(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return FIELDS_OF_MESSAGES.contains(lower)
        || lower.startsWith("content-")
        || lower.startsWith("resent-");
  }

  private static Optional<String> field(Settings part, String key, boolean used) {
    Optional<String> name = part.text(key);
    if (name.isPresent() && !name.get().matches(FIELD_FORM)) {
      part.problem(key, "'" + name.get() + "' is no name of a header field");
    } else if (name.filter(RuleReader::isOfTheMessage).isPresent()) {
      part.problem(
          key, "'" + name.get() + "' is a field that mail has already; take one such as X-Marked");
    } else if (name.isPresent() && !used) {
      part.problem(key, "it is for mark only");
    }
    return name;
  }
}
