/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.filesystem.api.FileSystem;
import org.posthouse.dkim.DomainName;
import org.posthouse.signing.FromPattern;
import org.posthouse.signing.KeyTable;
import org.posthouse.signing.SigningDomain;
import org.posthouse.signing.TableKey;
import org.posthouse.signing.Validity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one key that the parameters of DkimSign name themselves, which signs all mail. */
final class SingleKey {
  private static final String WHEN_MISSING = "whenKeyMissing";
  private static final String PASS = "pass";

  static final Set<String> PARAMETERS =
      Set.of("domain", "selector", KeyFile.PARAMETER, WHEN_MISSING);

  private static final Logger LOGGER = LoggerFactory.getLogger(SingleKey.class);

  private SingleKey() {}

  /**
   * A table with nothing but the key; empty when there is none and mail may pass unsigned.
   *
   * @throws MessagingException when a parameter is wrong, or the key cannot be used
   */
  static Optional<KeyTable> read(Parameters parameters, FileSystem files)
      throws MessagingException {
    String domain = name(parameters, "domain");
    String selector = name(parameters, "selector");
    if (selector.contains("_domainkey")) {
      throw parameters.refusal("selector", "is what stands before ._domainkey." + domain);
    }
    KeyFile.Use<TableKey> use = (file, key) -> TableKey.of(selector, file, Validity.ALWAYS, key);
    Optional<TableKey> found;
    if (parameters.oneOf(WHEN_MISSING, "fail", Set.of("fail", PASS)).equals(PASS)) {
      found = KeyFile.find(parameters, files, use);
      if (found.isEmpty()) {
        LOGGER.warn(
            "mailet DkimSign: no key file {}: mail passes unsigned",
            parameters.required(KeyFile.PARAMETER));
      }
    } else {
      found = Optional.of(KeyFile.read(parameters, files, use));
    }
    return found
        .map(key -> new SigningDomain(new FromPattern.Default(), domain, List.of(key)))
        .map(signing -> new KeyTable(List.of(signing)));
  }

  private static String name(Parameters parameters, String parameter) throws MessagingException {
    String name = parameters.name(parameter);
    return DomainName.ofText(name)
        .orElseThrow(() -> parameters.refusal(parameter, "is a name of DNS, not '" + name + "'"));
  }
}
