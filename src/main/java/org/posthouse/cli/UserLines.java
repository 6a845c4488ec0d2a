/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.Credential;
import org.posthouse.identity.LastUses;
import org.posthouse.identity.UserRecord;

/** How {@code posthouse user list} shows a user. */
final class UserLines {
  private final Map<LastUses.UsedCredential, Instant> uses;
  private final LocalDate today;

  /**
   * Reads the last uses; of a file that cannot be read none is known.
   *
   * @param today in UTC
   */
  UserLines(Path lastUses, LocalDate today) {
    this.uses = read(lastUses);
    this.today = today;
  }

  private static Map<LastUses.UsedCredential, Instant> read(Path file) {
    try {
      return LastUses.read(file);
    } catch (IOException e) {
      return Map.of(); // an operator may read conf/ and not var/
    }
  }

  /** {@code alice default,laptop(expires=2027-01-31;used=2026-11-29T05:52:00Z)}. */
  String plain(UserRecord user) {
    return user.credentials().stream()
        .map(credential -> credential.name() + details(user, credential))
        .collect(Collectors.joining(",", user.name() + " ", ""));
  }

  private String details(UserRecord user, Credential credential) {
    List<String> details = new ArrayList<>();
    if (credential.expires() != null) {
      String word = credential.isExpired(today) ? "expired=" : "expires=";
      details.add(word + credential.expires());
    }
    Instant used = used(user, credential);
    if (used != null) {
      details.add("used=" + used);
    }
    return details.isEmpty() ? "" : "(" + String.join(";", details) + ")";
  }

  private @Nullable Instant used(UserRecord user, Credential credential) {
    return uses.get(new LastUses.UsedCredential(user.name(), credential.name()));
  }

  /** No value can hold a character that JSON would want escaped. */
  String json(UserRecord user) {
    return user.credentials().stream()
        .map(credential -> json(user, credential))
        .collect(
            Collectors.joining(",", "{\"name\":\"" + user.name() + "\",\"credentials\":[", "]}"));
  }

  private String json(UserRecord user, Credential credential) {
    return "{\"name\":\""
        + credential.name()
        + "\",\"mechanism\":\"SCRAM-SHA-256\",\"iterations\":"
        + credential.verifier().iterations()
        + ",\"expires\":"
        + text(credential.expires())
        + ",\"expired\":"
        + credential.isExpired(today)
        + ",\"lastUse\":"
        + text(used(user, credential))
        + "}";
  }

  private static String text(@Nullable Object value) {
    return value == null ? "null" : "\"" + value + "\"";
  }
}
