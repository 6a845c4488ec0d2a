/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.dkim.DomainName;

/** Reads the elements {@code <domain>} and {@code <default>} of a table. */
final class DomainsReader {
  private static final Set<String> ELEMENTS = Set.of("domain", "default");
  private static final Set<String> OF_DOMAIN = Set.of("name", "subdomains", "signs");
  private static final Set<String> OF_DEFAULT = Set.of("signs");

  /** A selector of a domain that signs: it has one record, hence one key. */
  private record Published(String domain, String selector) {}

  private final KeyReader keyReader;
  private final Remarks remarks;
  private final Instant now;
  private final List<SigningDomain> domains = new ArrayList<>();
  private final Set<FromPattern> taken = new HashSet<>();
  private final Map<Published, String> records = new HashMap<>();

  DomainsReader(KeyReader keyReader, Remarks remarks, Instant now) {
    this.keyReader = keyReader;
    this.remarks = remarks;
    this.now = now;
  }

  List<SigningDomain> domains() {
    return domains;
  }

  void read(XmlNode root) {
    if (!root.name().equals("dkim")) {
      remarks.unknownElement(root, Set.of("dkim"));
      return;
    }
    remarks.checkForm(root, Set.of());
    if (root.children().isEmpty()) {
      remarks.warning(root, "there is no key: mail is not signed; posthouse dkim new makes one");
    }
    for (XmlNode node : root.children()) {
      if (node.name().equals("domain")) {
        remarks.checkForm(node, OF_DOMAIN);
        domain(node);
      } else if (node.name().equals("default")) {
        remarks.checkForm(node, OF_DEFAULT);
        add(node, new FromPattern.Default(), signs(node));
      } else {
        remarks.unknownElement(node, ELEMENTS);
      }
    }
  }

  private void domain(XmlNode node) {
    String name = node.attributes().getOrDefault("name", "").strip();
    boolean subdomains = subdomains(node);
    boolean isPattern = name.startsWith("*.");
    Optional<String> ascii = name(node, "name", isPattern ? name.substring(2) : name);
    Optional<String> signs =
        isPattern || node.attributes().containsKey("signs") ? signs(node) : ascii;
    if (isPattern && subdomains) {
      remarks.problem(node, "subdomains: a pattern has no others than those below it");
    }
    if (ascii.isPresent() && signs.isPresent() && !mayAlign(ascii.get(), signs.get())) {
      remarks.warning(
          node,
          "signs: DMARC never passes mail from "
              + name
              + " by signatures of "
              + signs.get()
              + ", which has another organizational domain");
    }
    FromPattern whose =
        ascii
            .<FromPattern>map(
                known ->
                    isPattern
                        ? new FromPattern.Below(known)
                        : new FromPattern.Exact(known, subdomains))
            .orElse(null);
    add(node, whose, signs);
  }

  /**
   * Whether two names may have one organizational domain (RFC 9989 section 4.10.2), which only the
   * DNS tells: it has two labels at least, unless it is one of the names itself.
   */
  private static boolean mayAlign(String from, String signs) {
    if (DomainName.isWithin(from, signs) || DomainName.isWithin(signs, from)) {
      return true;
    }
    int last = from.lastIndexOf('.');
    int start = from.lastIndexOf('.', last - 1) + 1;
    return last > 0 && signs.endsWith("." + from.substring(start));
  }

  private boolean subdomains(XmlNode node) {
    String text = node.attributes().getOrDefault("subdomains", "false").strip();
    if (!text.equals("true") && !text.equals("false")) {
      remarks.problem(node, "subdomains: '" + text + "' is neither true nor false");
    }
    return text.equals("true");
  }

  private Optional<String> signs(XmlNode node) {
    return name(node, "signs", node.attributes().getOrDefault("signs", "").strip());
  }

  private Optional<String> name(XmlNode node, String attribute, String text) {
    if (text.isEmpty()) {
      remarks.problem(node, "it has no attribute " + attribute);
      return Optional.empty();
    }
    Optional<String> name = DomainName.ofText(text);
    if (name.isEmpty()) {
      remarks.problem(node, attribute + ": '" + text + "' is no domain name");
    }
    return name;
  }

  /**
   * @param whose null when it cannot be read
   * @param signs empty when it cannot be read
   */
  private void add(XmlNode node, @Nullable FromPattern whose, Optional<String> signs) {
    List<TableKey> keys = keyReader.keys(node);
    for (int i = 0; i < keys.size() && signs.isPresent(); i++) {
      checkPublished(node, signs.get(), keys.get(i));
    }
    checkValidity(node, keys);
    if (whose == null) {
      return;
    }
    FromPattern key =
        whose instanceof FromPattern.Exact e ? new FromPattern.Exact(e.name(), false) : whose;
    if (!taken.add(key)) {
      remarks.problem(node, "there is another of the same name");
    } else if (signs.isPresent()) {
      domains.add(new SigningDomain(whose, signs.get(), keys));
    }
  }

  private void checkPublished(XmlNode node, String signs, TableKey key) {
    String other = records.putIfAbsent(new Published(signs, key.selector()), key.record());
    if (other != null && !other.equals(key.record())) {
      remarks.problem(
          node,
          "the selector " + key.selector() + " of " + signs + " stands for two different keys");
    }
  }

  private void checkValidity(XmlNode node, List<TableKey> keys) {
    if (keys.isEmpty() || keys.stream().anyMatch(key -> key.validity().includes(now))) {
      return;
    }
    boolean allOver = keys.stream().allMatch(key -> key.validity().isOver(now));
    remarks.warning(
        node,
        allOver
            ? "all its keys have expired: its mail is not signed"
            : "none of its keys is active yet: its mail is signed by the next wider element, if any");
  }
}
