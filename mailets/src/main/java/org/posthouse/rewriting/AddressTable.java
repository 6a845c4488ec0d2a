/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table of addresses. The keys are tried in the order of Postfix' canonical(5), with patterns
 * where a table of patterns behind one of keys would be tried, and with the two forms of access(5)
 * behind them:
 *
 * <ol>
 *   <li>{@code user+extension@domain}, then patterns from the top
 *   <li>{@code user@domain}
 *   <li>{@code user+extension}, {@code user}: for local domains only
 *   <li>{@code @domain}
 *   <li>{@code .domain}: domains below it, the nearest first
 *   <li>{@code user+extension@}, {@code user@}
 * </ol>
 *
 * <p>Letter case is ignored, and a local part may be quoted or not.
 */
public final class AddressTable implements AddressRewriting {
  private static final Logger LOGGER = LoggerFactory.getLogger(AddressTable.class);

  private final String name;
  private final Map<String, AddressTarget> entries;
  private final List<AddressPattern> patterns;
  private final TableOptions options;

  /** One warning is enough: the sender of a mail could have as many as it likes. */
  private final AtomicBoolean warned = new AtomicBoolean();

  /** An address on its way through the keys: its parts in lower case. */
  private record Lookup(String user, int extensionStart, String domain) {
    String base() {
      return user.substring(0, extensionStart);
    }

    boolean hasExtension() {
      return extensionStart < user.length();
    }
  }

  /** What was found, and whether the key had named the extension. */
  private record Found(AddressTarget target, boolean withExtension) {}

  AddressTable(
      String name,
      Map<String, AddressTarget> entries,
      List<AddressPattern> patterns,
      TableOptions options) {
    this.name = name;
    this.entries = Map.copyOf(entries);
    this.patterns = List.copyOf(patterns);
    this.options = options;
  }

  /**
   * Reads Postfix' text form: a key, white space and an address per line, lines that begin with
   * white space continue the one before, {@code #} begins a comment.
   *
   * @param name of the file, for what is said about it
   * @throws RulesException when lines are wrong
   */
  public static AddressTable read(String name, String text, TableOptions options)
      throws RulesException {
    return TableText.read(name, TableText.logicalLines(text), options);
  }

  /**
   * The same with one entry per line, however lines are indented.
   *
   * @throws RulesException when lines are wrong
   */
  public static AddressTable readInline(String name, String text, TableOptions options)
      throws RulesException {
    return TableText.read(name, TableText.plainLines(text), options);
  }

  /** How many keys and patterns it has. */
  public int size() {
    return entries.size() + patterns.size();
  }

  @Override
  public Optional<Address> rewrite(Address address) {
    Optional<Address> result = once(address);
    Address before = address;
    for (int depth = 0; result.isPresent(); depth++) {
      if (depth == options.recursion() || result.get().isSameAs(before)) {
        break;
      }
      Optional<Address> next = once(result.get());
      if (next.isEmpty()) {
        break;
      }
      before = result.get();
      result = next;
    }
    return isEndless(result, before) ? stays(address) : result.filter(to -> !to.equals(address));
  }

  /** Whether looking up again was allowed and would still change the result. */
  private boolean isEndless(Optional<Address> result, Address before) {
    return options.recursion() > 0
        && result.isPresent()
        && !result.get().isSameAs(before)
        && once(result.get()).filter(next -> !next.isSameAs(result.get())).isPresent();
  }

  private Optional<Address> stays(Address address) {
    if (warned.compareAndSet(false, true)) {
      LOGGER.warn(
          "{}: {} is looked up more than {} times without end: it stays",
          name,
          address,
          options.recursion());
    }
    return Optional.empty();
  }

  private Optional<Address> once(Address address) {
    String user = address.user();
    int extensionStart = options.extensionStart(user);
    Lookup lookup =
        new Lookup(user.toLowerCase(Locale.ROOT), extensionStart, address.asciiDomain());
    if (lookup.user.length() != user.length()) {
      return Optional.empty(); // letters whose small form is longer: no key is meant
    }
    Found found = find(lookup, address);
    if (found == null) {
      return Optional.empty();
    }
    String kept = found.withExtension ? user : user.substring(0, extensionStart);
    boolean appends = !found.withExtension && options.propagates();
    return found.target.of(address, kept, appends ? user.substring(extensionStart) : "");
  }

  private @Nullable Found find(Lookup lookup, Address address) {
    Found found = byAddress(lookup, address);
    if (found == null && options.localDomains().contains(lookup.domain)) {
      found = byUser(lookup, "");
    }
    return found == null ? byDomain(lookup) : found;
  }

  private @Nullable Found byAddress(Lookup lookup, Address address) {
    Found full = byKey(lookup.user + "@" + lookup.domain, true);
    if (full == null) {
      full = byPattern(address);
    }
    return full == null && lookup.hasExtension()
        ? byKey(lookup.base() + "@" + lookup.domain, false)
        : full;
  }

  private @Nullable Found byUser(Lookup lookup, String suffix) {
    Found full = byKey(lookup.user + suffix, true);
    return full == null && lookup.hasExtension() ? byKey(lookup.base() + suffix, false) : full;
  }

  private @Nullable Found byDomain(Lookup lookup) {
    Found found = byKey("@" + lookup.domain, true);
    int dot = lookup.domain.indexOf('.');
    while (found == null && dot >= 0) {
      found = byKey(lookup.domain.substring(dot), true);
      dot = lookup.domain.indexOf('.', dot + 1);
    }
    return found == null ? byUser(lookup, "@") : found;
  }

  private @Nullable Found byKey(String key, boolean withExtension) {
    AddressTarget target = entries.get(key);
    return target == null ? null : new Found(target, withExtension);
  }

  private @Nullable Found byPattern(Address address) {
    String text = patterns.isEmpty() ? "" : address.toString();
    for (AddressPattern pattern : patterns) {
      Optional<AddressTarget> target = find(pattern, text);
      if (target.isPresent()) {
        return new Found(target.get(), true);
      }
    }
    return null;
  }

  private Optional<AddressTarget> find(AddressPattern pattern, String address) {
    try {
      return pattern.find(address);
    } catch (IllegalArgumentException e) {
      if (warned.compareAndSet(false, true)) {
        LOGGER.warn("{}: a pattern found in {} gives no address", name, address, e);
      }
      return Optional.empty();
    }
  }
}
