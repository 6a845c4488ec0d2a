/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The text of the file of users.
 *
 * <pre>
 * posthouse-users 1
 * # user             credential  verifier (RFC 5803)
 * alice@example.org  default     SCRAM-SHA-256$100000:SALT$STORED-KEY:SERVER-KEY
 * alice@example.org  laptop      SCRAM-SHA-256$100000:SALT$STORED-KEY:SERVER-KEY
 * </pre>
 *
 * <p>One credential a line, three words; a user's lines need not stand together. {@code #} begins a
 * comment line. Lines are kept as ISO-8859-1, one character an octet, so that what is not
 * understood is written back unharmed; a line that is read is UTF-8.
 */
final class UserFileFormat {
  static final String MAGIC = "posthouse-users";
  static final String HEADER = MAGIC + " 1";
  static final List<String> NEW_FILE =
      List.of(HEADER, "# user credential verifier; change it with: posthouse user", "");

  private UserFileFormat() {}

  /** A line that holds a credential. */
  record Entry(UserName user, Credential credential) {
    String asLine() {
      String line = user + " " + credential.name() + " " + credential.verifier().asText();
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
    for (int i = 0; i < lines.size(); i++) {
      try {
        if (isHeader(lines.get(i))) {
          headed = true;
          checkVersion(lines.get(i));
        } else {
          entry(lines.get(i)).ifPresent(entry -> add(users, entry));
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
    if (words.length != 3) {
      throw new IllegalArgumentException(
          "expected three words, user credential verifier, not " + words.length);
    }
    Credential credential = new Credential(words[1], ScramVerifier.parse(words[2]));
    return Optional.of(new Entry(UserName.of(words[0]), credential));
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

  private static void add(Map<UserName, UserRecord> users, Entry entry) {
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

  private static void checkVersion(String line) throws UnsupportedVersionException {
    if (!line.strip().equals(HEADER)) {
      throw new UnsupportedVersionException("cannot read this version; expected: " + HEADER);
    }
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
