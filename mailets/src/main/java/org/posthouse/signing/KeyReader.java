/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.dkim.DomainName;
import org.posthouse.dkim.PrivateKeyFile;

/** Reads the elements {@code <key>} of a table, and their files. */
final class KeyReader {
  private static final Set<String> ATTRIBUTES = Set.of("selector", "file", "from", "until");
  private static final int RIGHT_BITS = 2048;

  private final Path conf;
  private final Remarks remarks;
  private final FileStamps files;

  /**
   * @param files takes what is read
   */
  KeyReader(Path conf, Remarks remarks, FileStamps files) {
    this.conf = conf;
    this.remarks = remarks;
    this.files = files;
  }

  /** The keys of an element that can be used. */
  List<TableKey> keys(XmlNode parent) {
    List<TableKey> keys = new ArrayList<>();
    Set<String> selectors = new HashSet<>();
    int elements = 0;
    for (XmlNode node : parent.children()) {
      if (!node.name().equals("key")) {
        remarks.unknownElement(node, Set.of("key"));
        continue;
      }
      elements++;
      remarks.checkForm(node, ATTRIBUTES);
      node.children().forEach(child -> remarks.problem(child, "nothing has a place in <key>"));
      Optional<String> selector = selector(node);
      if (selector.isPresent() && !selectors.add(selector.get())) {
        remarks.problem(node, "there is another key of that selector");
      }
      key(node, selector).ifPresent(keys::add);
    }
    if (elements == 0) {
      remarks.warning(parent, "it has no <key>: its mail is not signed");
    }
    return keys;
  }

  private Optional<TableKey> key(XmlNode node, Optional<String> selector) {
    Optional<Validity> validity = validity(node);
    String file = node.attributes().getOrDefault("file", "").strip();
    if (file.isEmpty()) {
      remarks.problem(node, "it has no attribute file");
      return Optional.empty();
    }
    Path path = conf.resolve(file).normalize();
    files.add(path);
    PrivateKey key = privateKey(node, file, path);
    if (key == null || selector.isEmpty() || validity.isEmpty()) {
      return Optional.empty();
    }
    return tableKey(node, file, key, path, selector.get(), validity.get());
  }

  private Optional<TableKey> tableKey(
      XmlNode node, String file, PrivateKey key, Path path, String selector, Validity validity) {
    try {
      TableKey made = TableKey.of(selector, path, validity, key).at(node.line());
      if (made.bits() < RIGHT_BITS && made.bits() != 256) {
        remarks.warning(node, file + " has " + made.bits() + " bits; 2048 are right");
      }
      return Optional.of(made);
    } catch (GeneralSecurityException e) {
      remarks.problem(node, file + " " + e.getMessage());
      return Optional.empty();
    }
  }

  private @Nullable PrivateKey privateKey(XmlNode node, String file, Path path) {
    try {
      PrivateKey key = PrivateKeyFile.read(path);
      checkPermissions(node, file, path);
      return key;
    } catch (IOException e) {
      remarks.problem(node, text(path, e));
    } catch (GeneralSecurityException e) {
      remarks.problem(node, file + ": " + e.getMessage());
    }
    return null;
  }

  private void checkPermissions(XmlNode node, String file, Path path) throws IOException {
    Set<PosixFilePermission> permissions = PrivateKeyFile.permissions(path);
    if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
      remarks.problem(node, file + " can be read by everybody: chmod 600 it");
    } else if (permissions.contains(PosixFilePermission.GROUP_READ)) {
      remarks.warning(node, file + " can be read by its group: chmod 600 it");
    }
  }

  private Optional<String> selector(XmlNode node) {
    String text = node.attributes().getOrDefault("selector", "").strip();
    if (text.isEmpty()) {
      remarks.problem(node, "it has no attribute selector");
      return Optional.empty();
    }
    Optional<String> name = DomainName.ofText(text);
    if (name.isEmpty()) {
      remarks.problem(node, "selector: '" + text + "' is no name of the DNS");
    } else if (name.get().contains("_domainkey")) {
      remarks.problem(node, "selector: it is what stands before ._domainkey, without that");
      return Optional.empty();
    }
    return name;
  }

  private Optional<Validity> validity(XmlNode node) {
    try {
      Validity validity = new Validity(instant(node, "from"), instant(node, "until"));
      if (validity.isPossible()) {
        return Optional.of(validity);
      }
      remarks.problem(node, "until is not after from");
    } catch (IllegalArgumentException e) {
      remarks.problem(node, String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private static @Nullable Instant instant(XmlNode node, String attribute) {
    String text = node.attributes().getOrDefault(attribute, "").strip();
    try {
      return node.attributes().containsKey(attribute) ? Validity.parse(text) : null;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(attribute + ": " + e.getMessage(), e);
    }
  }

  /** A failure to read a file, in words, with its name. */
  static String text(Path file, IOException failure) {
    if (failure instanceof NoSuchFileException missing) {
      return "there is no file " + missing.getFile();
    }
    if (failure instanceof AccessDeniedException denied) {
      return denied.getFile()
          + " cannot be read: permission denied for user '"
          + System.getProperty("user.name")
          + "'";
    }
    return file + ": " + failure.getMessage();
  }
}
