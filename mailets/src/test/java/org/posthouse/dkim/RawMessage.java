/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.posthouse.message.HeaderBlock;
import org.posthouse.message.HeaderField;

/** A message in two, one char per octet: what the verifiers take. */
public record RawMessage(List<HeaderField> fields, String body) {
  public static RawMessage of(String text) {
    ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(ISO_8859_1));
    try {
      List<HeaderField> fields = HeaderBlock.parse(HeaderBlock.read(in)).fields();
      return new RawMessage(fields, new String(in.readAllBytes(), ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public InputStream open() {
    return new ByteArrayInputStream(body.getBytes(ISO_8859_1));
  }
}
