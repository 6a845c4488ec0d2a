/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.posthouse.config.FileFailure;
import org.posthouse.signing.KeyTableText;
import org.posthouse.signing.NewKey;

/** Makes keys and their files, finds selectors for them, and saves the table that has them. */
final class DkimKeyMaker {
  /** Verifiers need not take longer ones (RFC 8301 section 3.2). */
  static final int MOST_BITS = 4096;

  static final int LEAST_BITS = 1024;
  static final int RIGHT_BITS = 2048;

  private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("yyyyMM", Locale.ROOT);

  private final DkimHome home;
  private final String domain;
  private final Set<String> taken;
  private final List<Path> made = new ArrayList<>();

  /**
   * @param domain d= of the keys
   * @param taken selectors that it has already
   */
  DkimKeyMaker(DkimHome home, String domain, Set<String> taken) {
    this.home = home;
    this.domain = domain;
    this.taken = new HashSet<>(taken);
  }

  /** A key that was made, and where: relative to conf/. */
  record Made(String selector, String file, NewKey key) {}

  /** A selector with the month in it: r202611 for RSA, e202611 for Ed25519, then r202611b. */
  String freeSelector(boolean ed25519) {
    String month = MONTH.format(LocalDate.ofInstant(home.clock().instant(), ZoneOffset.UTC));
    String first = (ed25519 ? "e" : "r") + month;
    String selector = first;
    for (int i = 2; isTaken(selector); i++) {
      selector = i <= 26 ? first + (char) ('a' + i - 1) : first + "-" + i;
    }
    return selector;
  }

  boolean isTaken(String selector) {
    return taken.contains(selector) || Files.exists(home.conf().resolve(file(selector)));
  }

  /**
   * Makes a key and its file.
   *
   * @param bits of RSA; 0 for Ed25519
   * @throws CommandFailure when the file cannot be written; those made before are gone then too
   */
  Made make(String selector, int bits) {
    Path file = home.conf().resolve(file(selector));
    try {
      NewKey key = bits == 0 ? NewKey.ed25519() : NewKey.rsa(bits);
      new DkimFiles(home.conf()).create(file, key.pem());
      taken.add(selector);
      made.add(file);
      return new Made(selector, file(selector), key);
    } catch (IOException e) {
      discard(e);
      throw new CommandFailure(ExitCodes.CANNOT_CREATE, FileFailure.text(e), e);
    } catch (GeneralSecurityException e) {
      throw new CommandFailure(ExitCodes.INTERNAL_ERROR, "no key can be made: " + e, e);
    }
  }

  /**
   * Writes the table that has the keys.
   *
   * @throws CommandFailure when it cannot be written; the files of the keys are gone then
   */
  void save(KeyTableText text) {
    try {
      new DkimFiles(home.conf()).replace(home.table(), text.toString());
    } catch (IOException e) {
      discard(e);
      throw new CommandFailure(ExitCodes.CANNOT_CREATE, FileFailure.text(e), e);
    }
  }

  /** No table will name the keys: they would only take selectors from the next ones. */
  private void discard(IOException why) {
    for (Path file : made) {
      try {
        Files.delete(file);
      } catch (IOException e) {
        why.addSuppressed(e);
      }
    }
  }

  private String file(String selector) {
    return DkimHome.DIRECTORY + "/" + domain + "." + selector + ".pem";
  }
}
