/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.rights;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.posthouse.config.Settings;
import org.posthouse.identity.Letters;

/** Reads a list of addresses, separated by commas or blanks. */
final class AddressListReader {
  private static final java.util.regex.Pattern WORD =
      java.util.regex.Pattern.compile("/(?:[^/\\\\]|\\\\.)*/|[^\\s,]+");

  private static final String ATTRIBUTE = "attribute:";

  /** No pattern that is meant to leave anybody out takes all of these. */
  private static final List<String> ANYBODY =
      List.of("a@b.example", "x.y+z@sub.domain.invalid", "0@one-of-them.com", "q-1@a0.co.uk");

  private final Set<String> attributes = new HashSet<>();
  private final Set<String> addresses = new HashSet<>();
  private final Set<String> domains = new HashSet<>();
  private final Set<String> parents = new HashSet<>();
  private final Map<String, List<Pattern>> globs = new HashMap<>();
  private final List<Pattern> patterns = new ArrayList<>();
  private boolean any;
  private boolean own;

  private AddressListReader() {}

  /** What the elements of that name list, all together; what is not written is as otherwise. */
  static AddressList read(Settings part, String key, AddressList otherwise) {
    part.requireContent(key);
    List<String> texts = part.texts(key);
    return texts.isEmpty() ? otherwise : read(part, key, texts);
  }

  static AddressList read(Settings part, String key, List<String> texts) {
    AddressListReader reader = new AddressListReader();
    for (String text : texts) {
      java.util.regex.Matcher words = WORD.matcher(text);
      while (words.find()) {
        reader.problem(words.group()).ifPresent(wrong -> part.problem(key, wrong));
      }
    }
    return reader.list();
  }

  private AddressList list() {
    return new AddressList(
        any,
        own,
        Set.copyOf(attributes),
        Set.copyOf(addresses),
        Set.copyOf(domains),
        Set.copyOf(parents),
        Map.copyOf(globs),
        List.copyOf(patterns));
  }

  private Optional<String> problem(String word) {
    switch (word) {
      case "any" -> any = true;
      case "own" -> own = true;
      default -> {
        return word.startsWith("/") ? pattern(word) : plain(word);
      }
    }
    return Optional.empty();
  }

  private Optional<String> plain(String word) {
    if (word.startsWith(ATTRIBUTE)) {
      attributes.add(word.substring(ATTRIBUTE.length()));
      return word.length() > ATTRIBUTE.length()
          ? Optional.empty()
          : Optional.of("'" + word + "': write the name of the attribute behind it");
    }
    if (word.startsWith("@") || word.startsWith(".")) {
      Optional<String> domain = Domains.normal(word.substring(1));
      domain.ifPresent((word.startsWith("@") ? domains : parents)::add);
      return missing(domain.isPresent(), () -> "'" + word + "' names no domain" + hint(word));
    }
    return word.indexOf('*') >= 0 ? glob(word) : address(word);
  }

  private Optional<String> address(String word) {
    Optional<Address> address = Address.parse(word);
    address.map(Address::toString).ifPresent(addresses::add);
    return missing(
        address.isPresent(),
        () ->
            Domains.normal(word).isPresent()
                ? "'" + word + "' is no address; all of a domain are @" + word
                : "'" + word + "' is no address" + hint(word));
  }

  private static String hint(String word) {
    return word.chars().allMatch(c -> c < 0x80) ? "" : "; write its domain as A-labels (xn--…)";
  }

  /** {@code bounces+*@example.com}. */
  private Optional<String> glob(String word) {
    int at = word.lastIndexOf('@');
    Optional<String> domain = at < 1 ? Optional.empty() : Domains.normal(word.substring(at + 1));
    if (domain.isEmpty()) {
      return Optional.of("'" + word + "': a * stands in a local part only; see .example.com");
    }
    String local = Letters.lower(word.substring(0, at));
    if (local.matches("[*]+")) {
      return Optional.of("'" + word + "': all of a domain are @" + word.substring(at + 1));
    }
    globs.computeIfAbsent(domain.get(), name -> new ArrayList<>()).add(Glob.compile(local));
    return Optional.empty();
  }

  private Optional<String> pattern(String word) {
    if (word.length() < 3 || !word.endsWith("/")) {
      return Optional.of("'" + word + "' is no pattern: it stands between two /");
    }
    try {
      String inner = word.substring(1, word.length() - 1);
      Pattern pattern = Pattern.compile(inner, Pattern.CASE_INSENSITIVE);
      patterns.add(pattern);
      return missing(
          !ANYBODY.stream().allMatch(pattern::matches),
          () -> "'" + word + "' matches every address; if it is meant, write any");
    } catch (PatternSyntaxException e) {
      return Optional.of("'" + word + "' is no pattern: " + e.getMessage());
    }
  }

  private static Optional<String> missing(boolean there, Supplier<String> text) {
    return there ? Optional.empty() : Optional.of(text.get());
  }
}
