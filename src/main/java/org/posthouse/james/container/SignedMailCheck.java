/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.posthouse.james.container.ConfiguredProcessor.ConfiguredMailet;

/** Warns of mailets that change a message after it was signed, and break the signature. */
final class SignedMailCheck {
  private static final Set<String> SIGNERS = Set.of("DkimSign", "DKIMSign");

  /** Of stock and ours, those that write into what is usually signed. */
  private static final Set<String> CHANGERS =
      Set.of(
          "AddFooter",
          "AddMissing",
          "AddSubjectPrefix",
          "ConvertTo7Bit",
          "HideInternalHops",
          "ListUnsubscribe",
          "MimeDecodingMailet",
          "OnlyText",
          "RecoverAttachment",
          "RemoveMimeHeader",
          "RemoveMimeHeaderByPrefix",
          "ReplaceContent",
          "RewriteAddresses",
          "RewriteHeaders",
          "SMIMESign",
          "SetMimeHeader",
          "StripAttachment",
          "ToPlainText",
          "UnwrapText",
          "WrapText");

  private final Findings findings;
  private final Map<String, ConfiguredProcessor> chains = new HashMap<>();

  SignedMailCheck(Findings findings, List<ConfiguredProcessor> chains) {
    this.findings = findings;
    chains.forEach(chain -> this.chains.put(chain.name(), chain));
  }

  /** Follows the mail from each mailet that signs. */
  void check() {
    for (ConfiguredProcessor chain : chains.values()) {
      for (int i = 0; i < chain.mailets().size(); i++) {
        if (SIGNERS.contains(chain.mailets().get(i).simpleName())) {
          follow(chain, i + 1, chain.mailets().get(i), new HashSet<>());
        }
      }
    }
  }

  private void follow(
      ConfiguredProcessor chain, int first, ConfiguredMailet signer, Set<String> seen) {
    for (ConfiguredMailet mailet : chain.mailets().subList(first, chain.mailets().size())) {
      if (CHANGERS.contains(mailet.simpleName())) {
        findings.warning(
            mailet.place(),
            "it may break the signature that " + signer.place() + " has made: put it before");
      }
      ConfiguredProcessor next = mailet.simpleName().equals("ToProcessor") ? target(mailet) : null;
      if (next != null && seen.add(next.name())) {
        follow(next, 0, signer, seen);
      }
      if (next != null && mailet.matchers().equals(List.of("All"))) {
        return;
      }
    }
  }

  private @Nullable ConfiguredProcessor target(ConfiguredMailet mailet) {
    String name = mailet.parameter("processor");
    return name == null ? null : chains.get(name.trim());
  }
}
