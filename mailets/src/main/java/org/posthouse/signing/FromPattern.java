/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.util.Locale;
import org.posthouse.dkim.DomainName;

/** Domains of From, in ASCII and lower case. */
public sealed interface FromPattern {
  /**
   * A pattern as its text has it, whatever way a person has written it: {@code *.Example.COM} is
   * {@code *.example.com}, and U-labels are A-labels. What is none stays, in lower case.
   */
  static String normal(String written) {
    String text = written.strip();
    String prefix = text.startsWith("*.") ? "*." : "";
    return DomainName.ofText(text.substring(prefix.length()))
        .map(name -> prefix + name)
        .orElseGet(() -> text.toLowerCase(Locale.ROOT));
  }

  /**
   * One domain.
   *
   * @param subdomains whether those below it are meant too, unless another element has them
   */
  record Exact(String name, boolean subdomains) implements FromPattern {
    @Override
    public String toString() {
      return name;
    }
  }

  /** All domains below one, at any depth, not that one itself. */
  record Below(String parent) implements FromPattern {
    @Override
    public String toString() {
      return "*." + parent;
    }
  }

  /** Whatever no other element has, mail without a usable From too. */
  record Default() implements FromPattern {
    @Override
    public String toString() {
      return "default";
    }
  }
}
