/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.posthouse.message.HeaderField;

/** The header fields of a message by name, as h= chooses among them. */
public final class SignedFields {
  private final Map<String, List<HeaderField>> byName = new HashMap<>();

  /**
   * @param fields from the top; those without a colon and removed ones are passed over
   */
  public SignedFields(List<HeaderField> fields) {
    for (HeaderField field : fields) {
      if (!field.removed() && field.line().indexOf(':') > 0) {
        String name = field.name().toLowerCase(Locale.ROOT);
        byName.computeIfAbsent(name, unused -> new ArrayList<>(1)).add(field);
      }
    }
  }

  /** From the top. */
  public List<HeaderField> named(String lowerCaseName) {
    return byName.getOrDefault(lowerCaseName, List.of());
  }

  /**
   * The canonical form of the chosen fields, each with its line end. A name that comes again means
   * the next field further up, and nothing once there is none (RFC 6376 section 5.4.2).
   *
   * @param names in lower case
   * @param self a field never chosen: the signature itself
   */
  public void canonical(
      List<String> names,
      Canonicalization form,
      @Nullable HeaderField self,
      ByteArrayOutputStream out) {
    Map<String, Integer> left = new HashMap<>();
    for (String name : names) {
      List<HeaderField> fields = named(name);
      int next = left.getOrDefault(name, fields.size()) - 1;
      if (next >= 0 && fields.get(next).equals(self)) {
        next--;
      }
      left.put(name, Math.max(next, 0));
      if (next >= 0) {
        form.field(fields.get(next).line(), out);
        out.write('\r');
        out.write('\n');
      }
    }
  }
}
