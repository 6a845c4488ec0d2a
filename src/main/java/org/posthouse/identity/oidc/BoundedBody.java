/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.oidc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The body of an answer, which fails when it is larger than a document of keys would be. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
  static final int MOST_OCTETS = 1 << 20;

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      if (body.size() + buffer.remaining() > MOST_OCTETS) {
        if (subscription != null) {
          subscription.cancel();
        }
        whole.completeExceptionally(new IOException("the answer is larger than 1 MiB"));
        return;
      }
      byte[] octets = new byte[buffer.remaining()];
      buffer.get(octets);
      body.writeBytes(octets);
    }
  }

  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    whole.complete(body.toByteArray());
  }
}
