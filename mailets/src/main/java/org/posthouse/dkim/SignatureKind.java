/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.util.List;

/** The header fields that are signatures, which differ in their tags. */
public enum SignatureKind {
  /** RFC 6376 section 3.5. */
  DKIM,
  /** RFC 8617 section 4.1.2: i= is the instance, From need not be signed. */
  ARC_MESSAGE,
  /** RFC 8617 section 4.1.3: signs no body, and only fields of ARC. */
  ARC_SEAL;

  /** The tags that must be there. */
  List<String> required() {
    return switch (this) {
      case DKIM -> List.of("v", "a", "b", "bh", "d", "h", "s");
      case ARC_MESSAGE -> List.of("a", "b", "bh", "d", "h", "s");
      case ARC_SEAL -> List.of("a", "b", "cv", "d", "s");
    };
  }

  /** c= by default. RFC 8617 is silent on its own; all who verify ARC take relaxed. */
  String defaultForms() {
    return this == DKIM ? "simple/simple" : "relaxed/relaxed";
  }

  boolean hasBody() {
    return this != ARC_SEAL;
  }
}
