/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.posthouse.config.Settings;
import org.posthouse.spelling.NearestName;

/** Reads {@code <local>}. */
final class LocalReader {
  private static final String PROCESSOR = "[@processor]";
  private static final String FORWARD = "[@forward]";
  private static final String ENTRY = "root";

  private final Known known;
  private final Map<String, LocalAddress> plain = new HashMap<>();
  private final List<LocalAddresses.Listed> others = new ArrayList<>();

  LocalReader(Known known) {
    this.known = known;
  }

  LocalAddresses read(Settings local, String defaultDomain) {
    List<Settings> parts = local.parts("address");
    parts.forEach(this::read);
    LocalAddresses all = new LocalAddresses(defaultDomain, plain, others);
    parts.forEach(part -> checkTargets(part, all));
    return all;
  }

  private void read(Settings part) {
    Optional<String> processor = part.text(PROCESSOR).filter(text -> !text.isEmpty());
    List<String> forward = part.read(FORWARD, List.<String>of(), LocalReader::addresses);
    AddressList list = AddressListReader.read(part, "", part.texts(""));
    if (list.any() || list.own() || !list.attributes().isEmpty()) {
      part.problem("", "any, own and attribute: have no sense here: the list is a closed one");
    }
    for (String suffix : list.suffixes()) {
      part.problem("", "this makes an open relay: nobody has all domains below '." + suffix + "'");
    }
    if (list.isPersonal()) {
      part.problem("", "it holds no address");
    }
    if (processor.isPresent() != part.text(FORWARD).isEmpty()) {
      part.problem("", "it needs one of the attributes processor and forward");
      return;
    }
    processor.ifPresent(name -> checkProcessor(part, name));
    if (processor.isPresent() || !forward.isEmpty()) {
      add(part, list, new LocalAddress(part.line(""), processor.orElse(null), forward));
    }
    boolean wide = !list.domains().isEmpty() || !list.parents().isEmpty();
    if (wide && !forward.isEmpty()) {
      part.warning("", "whatever anybody sends to this domain is forwarded, guessed addresses too");
    }
  }

  private void add(Settings part, AddressList list, LocalAddress address) {
    for (String each : list.addresses()) {
      if (plain.putIfAbsent(each, address) != null) {
        part.problem("", "'" + each + "' is written twice");
      }
    }
    others.add(new LocalAddresses.Listed(list, address));
  }

  private void checkProcessor(Settings part, String name) {
    Set<String> processors = known.processors();
    if (name.equals(ENTRY)) {
      part.problem(PROCESSOR, "mail to this address would enter 'root' again and again");
    } else if (!processors.isEmpty() && !processors.contains(name)) {
      part.problem(
          PROCESSOR,
          "there is no processor '"
              + name
              + "'"
              + NearestName.of(name, processors.stream())
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse(""));
    }
  }

  private static List<String> addresses(String text) {
    return Arrays.stream(text.split("[,\\s]+", -1)).map(RuleReader::address).toList();
  }

  private void checkTargets(Settings part, LocalAddresses all) {
    part.text(FORWARD).stream()
        .flatMap(text -> Arrays.stream(text.split("[,\\s]+", -1)))
        .forEach(target -> checkTarget(part, target, all.find(target).isPresent()));
  }

  private void checkTarget(Settings part, String target, boolean isLocal) {
    String domain = target.substring(target.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    if (isLocal) {
      part.problem(FORWARD, "'" + target + "' is a local address itself; mail must leave");
    } else if (known.domains().contains(domain)) {
      part.warning(
          FORWARD,
          "'"
              + target
              + "' is of a domain of this relay, which has no mailboxes: unless"
              + " recipientrewritetable.xml leads it elsewhere, such mail cannot be delivered");
    }
  }
}
