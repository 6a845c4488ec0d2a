/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.posthouse.signing.SigningDomain;
import org.posthouse.signing.TableKey;
import org.posthouse.signing.Validity;

/** A key of the table at some time, in words. */
record DkimKeyLine(SigningDomain domain, TableKey key, Instant now) {
  /** One for each key, in the order of the file. */
  static Stream<DkimKeyLine> all(List<SigningDomain> domains, Instant now) {
    return domains.stream()
        .flatMap(domain -> domain.keys().stream().map(key -> new DkimKeyLine(domain, key, now)));
  }

  boolean isActive() {
    return key.validity().includes(now);
  }

  /** {@code active}, {@code pending} or {@code expired}. */
  String state() {
    return isActive() ? "active" : key.validity().isAhead(now) ? "pending" : "expired";
  }

  /** The key in a few words: whose mail it signs, selector, kind, state. */
  String name() {
    String as = domain.whose().toString().equals(domain.signs()) ? "" : " as " + domain.signs();
    return domain.whose() + as + " " + key.selector() + " " + kind() + " " + state();
  }

  String plain(Path conf) {
    return name()
        + span(" from=", key.validity().from())
        + span(" until=", key.validity().until())
        + " "
        + file(conf);
  }

  void fill(ObjectNode node, Path conf) {
    node.put("whose", domain.whose().toString())
        .put("domain", domain.signs())
        .put("selector", key.selector())
        .put("algorithm", key.key().algorithm().word())
        .put("bits", key.bits())
        .put("state", state())
        .put("from", text(key.validity().from()))
        .put("until", text(key.validity().until()))
        .put("file", file(conf));
  }

  private String kind() {
    String type = key.key().algorithm().keyType();
    return type.equals("rsa") ? type + key.bits() : type;
  }

  private String file(Path conf) {
    return key.file().startsWith(conf)
        ? conf.relativize(key.file()).toString()
        : key.file().toString();
  }

  private static String span(String name, @Nullable Instant instant) {
    return instant == null ? "" : name + Validity.text(instant);
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : Validity.text(instant);
  }
}
