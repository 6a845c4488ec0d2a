/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.io.IOException;
import java.io.InputStream;
import org.apache.james.lifecycle.api.Disposable;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.server.core.MimeMessageSource;
import org.jspecify.annotations.Nullable;
import org.posthouse.message.HeaderBlock;

/** The octets of a James source, split at the first empty line when first asked. */
final class SourceOctets implements MessageOctets, Disposable {
  private final MimeMessageSource source;
  private byte @Nullable [] headerOctets;

  SourceOctets(MimeMessageSource source) {
    this.source = source;
  }

  @Override
  public synchronized byte[] headerOctets() throws IOException {
    if (headerOctets == null) {
      try (InputStream in = source.getInputStream()) {
        headerOctets = HeaderBlock.read(in);
      }
    }
    return headerOctets;
  }

  @Override
  public synchronized InputStream openBody() throws IOException {
    int length = headerOctets().length;
    // Two messages may share the source, and James' source is not thread safe.
    InputStream in = source.getInputStream();
    in.skipNBytes(length);
    return in;
  }

  @Override
  public long bodySize() throws IOException {
    return source.getMessageSize() - headerOctets().length;
  }

  @Override
  public @Nullable String bodyId() {
    return null;
  }

  @Override
  public void dispose() {
    LifecycleUtil.dispose(source);
  }
}
