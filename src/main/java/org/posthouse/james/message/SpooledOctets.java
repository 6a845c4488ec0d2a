/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.james.server.core.MimeMessageInputStreamSource;

/** Octets that were written out: in memory up to 100 KB, beyond that in a temporary file. */
final class SpooledOctets {
  private final MimeMessageInputStreamSource source;

  SpooledOctets(MimeMessageInputStreamSource source) {
    this.source = source;
  }

  MessageOctets asMessage() {
    return new SourceOctets(source);
  }

  /** All octets in one stream; closing it removes them. */
  InputStream openOnce() throws IOException {
    return new FilterInputStream(source.getInputStream()) {
      @Override
      public void close() throws IOException {
        super.close();
        source.dispose();
      }
    };
  }
}
