/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The text of the file of users.
 *
 * <pre>
 * posthouse-users 2
 * # user             credential  verifier (RFC 5803)
 * alice@example.org  default     SCRAM-SHA-256$65536:SALT$STORED-KEY:SERVER-KEY
 * alice@example.org  laptop      SCRAM-SHA-256$65536:SALT$STORED-KEY:SERVER-KEY expires=2027-01-31
 * </pre>
 *
 * <p>One credential a line, three words or four; a user's lines need not stand together. Version 1
 * is the same without expiry, and a file becomes version 2 when the first one is written, so that
 * until then an older program reads it. {@code #} begins a comment line. Lines are kept as
 * ISO-8859-1, one character an octet, so that what is not understood is written back unharmed; a
 * line that is read is UTF-8.
 */
final class UserFileFormat {
  static final String MAGIC = "posthouse-users";
  static final String HEADER = MAGIC + " 1";
  static final String EXPIRING = MAGIC + " 2";
  private static final String EXPIRES = "expires=";
  static final List<String> NEW_FILE =
      List.of(HEADER, "# user credential verifier; change it with: posthouse user", "");

  private UserFileFormat() {}

  /** A line that holds a credential. */
  record Entry(UserName user, Credential credential) {
    String asLine() {
      String line = user + " " + credential.name() + " " + credential.verifier().asText();
      if (credential.expires() != null) {
        line += " " + EXPIRES + credential.expires();
      }
      return new String(line.getBytes(UTF_8), StandardCharsets.ISO_8859_1);
    }
  }

  /**
   * Reads what can be read; a malformed line becomes a problem and takes nobody else along.
   *
   * @throws UnsupportedVersionException when the header names a version that is not ours
   */
  static UserTable parse(List<String> lines) throws UnsupportedVersionException {
    Map<UserName, UserRecord> users = new LinkedHashMap<>();
    List<FileProblem> problems = new ArrayList<>();
    boolean headed = false;
    boolean expiring = false;
    for (int i = 0; i < lines.size(); i++) {
      try {
        if (isHeader(lines.get(i))) {
          headed = true;
          expiring = isExpiring(lines.get(i));
        } else {
          Optional<Entry> entry = entry(lines.get(i));
          if (entry.isPresent()) {
            add(users, entry.get(), expiring);
          }
        }
      } catch (IllegalArgumentException e) {
        problems.add(new FileProblem(i + 1, String.valueOf(e.getMessage())));
      }
    }
    if (!headed && !users.isEmpty()) {
      problems.add(
          new FileProblem(1, "the header \"" + HEADER + "\" is missing; read as version 1"));
    }
    return new UserTable(users, problems);
  }

  /**
   * The credential of a line; empty for a comment, a blank line and the header.
   *
   * @throws IllegalArgumentException when the line is none of these; the message says why
   */
  static Optional<Entry> entry(String line) {
    String text = decode(line).strip();
    if (text.isEmpty() || text.startsWith("#") || isHeader(line)) {
      return Optional.empty();
    }
    String[] words = text.split("[ \t]+", -1);
    if (words.length < 3 || words.length > 4) {
      throw new IllegalArgumentException(
          "expected three words, user credential verifier, and perhaps expires=DAY, not "
              + words.length);
    }
    LocalDate expires = words.length == 3 ? null : expiry(words[3]);
    Credential credential = new Credential(words[1], ScramVerifier.parse(words[2]), expires);
    return Optional.of(new Entry(UserName.of(words[0]), credential));
  }

  private static LocalDate expiry(String word) {
    try {
      if (word.startsWith(EXPIRES)) {
        return LocalDate.parse(word.substring(EXPIRES.length()));
      }
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("the day after " + EXPIRES + " is none", e);
    }
    throw new IllegalArgumentException("the fourth word is not " + EXPIRES + "DAY");
  }

  /** The lines with a header that allows for what they hold. */
  static List<String> headed(List<String> lines) {
    boolean expiring = lines.stream().anyMatch(UserFileFormat::expires);
    if (!expiring || lines.stream().anyMatch(line -> line.strip().equals(EXPIRING))) {
      return lines;
    }
    List<String> headed = new ArrayList<>(lines);
    headed.removeIf(UserFileFormat::isHeader);
    headed.add(0, EXPIRING);
    return headed;
  }

  private static boolean expires(String line) {
    try {
      return entry(line).filter(entry -> entry.credential().expires() != null).isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether the line is about the user, readable in all its words or not. */
  static boolean names(String line, UserName user) {
    try {
      String[] words = decode(line).strip().split("[ \t]+", -1);
      return words.length > 1 && UserName.of(words[0]).equals(user);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void add(Map<UserName, UserRecord> users, Entry entry, boolean expiring) {
    if (entry.credential().expires() != null && !expiring) {
      throw new IllegalArgumentException(
          "an expiry needs the header \"" + EXPIRING + "\" at the top of the file");
    }
    UserRecord before = users.get(entry.user());
    List<Credential> credentials = new ArrayList<>();
    if (before != null) {
      if (before.credential(entry.credential().name()).isPresent()) {
        throw new IllegalArgumentException(
            "the credential " + entry.credential().name() + " of " + entry.user() + " comes twice");
      }
      credentials.addAll(before.credentials());
    }
    credentials.add(entry.credential());
    users.put(entry.user(), new UserRecord(entry.user(), credentials));
  }

  private static boolean isHeader(String line) {
    return line.equals(MAGIC) || line.startsWith(MAGIC + " ");
  }

  private static boolean isExpiring(String line) throws UnsupportedVersionException {
    String header = line.strip();
    if (!header.equals(HEADER) && !header.equals(EXPIRING)) {
      throw new UnsupportedVersionException(
          "cannot read this version; expected: " + HEADER + ", or 2");
    }
    return header.equals(EXPIRING);
  }

  private static String decode(String line) {
    try {
      byte[] octets = line.getBytes(StandardCharsets.ISO_8859_1);
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("is not UTF-8", e);
    }
  }
}
