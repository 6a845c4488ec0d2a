/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.smtp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.posthouse.smtp.Answer.Kind;

/**
 * Sends one message, a block at a time: the next is read when the channel has room again, and off
 * the event loop unless it stands in memory.
 */
final class ContentWriter extends ChannelInboundHandlerAdapter {
  private static final int BLOCK = 64 * 1024;

  private final Conversation conversation;
  private final Channel channel;
  private final Executor readers;
  private final MailContent content;
  private final boolean chunked;
  private final Runnable beforeEnd;
  private final DataEncoder encoder;
  private final CompletableFuture<Answer> result = new CompletableFuture<>();
  private final List<Conversation.Question> chunks = new ArrayList<>();
  private Conversation.@Nullable Question question;
  private MailContent.@Nullable Octets in;
  private boolean reading;
  private boolean done;

  /**
   * A writer of one message.
   *
   * @param form how it goes out: in chunks, which are answered one by one (RFC 3030), or after
   *     DATA, which the host has answered
   * @param beforeEnd run on the event loop before the octets after which the host has the whole
   *     message
   */
  ContentWriter(
      Conversation conversation,
      Executor readers,
      MailContent content,
      DataEncoder.Form form,
      Runnable beforeEnd) {
    this.conversation = conversation;
    this.channel = conversation.channel();
    this.readers = readers;
    this.content = content;
    this.chunked = form != DataEncoder.Form.DATA;
    this.beforeEnd = beforeEnd;
    this.encoder = new DataEncoder(form);
  }

  /** Answered by the host, after the final dot or before. */
  CompletableFuture<Answer> send() {
    CompletableFuture<Answer> answer = result.whenComplete((a, e) -> finish());
    if (!chunked || !conversation.isOpen()) {
      question = expect(true); // of a session that has ended this is answered, or about to be
    }
    if (!answer.isDone()) {
      channel.pipeline().addLast(this);
      next();
    }
    return answer;
  }

  /** Of a chunk that is not the last one only a refusal decides anything. */
  private Conversation.Question expect(boolean decides) {
    Conversation.Question expected = conversation.expect(Phase.CONTENT);
    CompletableFuture<Void> unused =
        expected
            .answer()
            .thenAccept(
                answer -> {
                  if (decides || !answer.isPositive()) {
                    result.complete(answer);
                  }
                });
    return expected;
  }

  /** On the event loop, like all but {@link #read}. */
  private void next() {
    if (done || reading) {
      return;
    }
    if (!conversation.isOpen()) {
      question = expect(true);
      return;
    }
    if (!channel.isWritable()) {
      return;
    }
    reading = true;
    if (content.isInMemory()) {
      read();
    } else {
      readers.execute(this::read);
    }
  }

  private void read() {
    ByteBuf block = channel.alloc().buffer((int) Math.min(content.size() + 256, BLOCK));
    try {
      MailContent.Octets open = in == null ? content.open() : in;
      in = open;
      boolean last = encode(open, block);
      if (last) {
        encoder.end(block);
      }
      if (channel.eventLoop().inEventLoop()) {
        write(block, last);
      } else {
        channel.eventLoop().execute(() -> write(block, last));
      }
    } catch (IOException | RuntimeException e) {
      block.release();
      if (!channel.eventLoop().isShuttingDown()) { // else the connection goes with it
        channel.eventLoop().execute(() -> broken(e));
      }
    }
  }

  /** Encodes the next block; true when it was the last one. */
  private boolean encode(MailContent.Octets open, ByteBuf block) throws IOException {
    int room = BLOCK;
    while (room > 0) {
      ByteBuffer next = open.next(room);
      if (next == null) {
        return true;
      }
      int from = next.arrayOffset() + next.position();
      encoder.encode(next.array(), from, from + next.remaining(), block);
      room -= next.remaining();
    }
    return false;
  }

  private void write(ByteBuf block, boolean last) {
    reading = false;
    if (done) {
      block.release();
      close();
      return;
    }
    if (last) {
      beforeEnd.run();
    }
    if (chunked) {
      question = expect(last);
      chunks.add(question);
      conversation.put("BDAT " + block.readableBytes() + (last ? " LAST" : ""));
    }
    Conversation.Question asked = Objects.requireNonNull(question);
    conversation
        .write(block)
        .addListener(
            written -> {
              if (written.isSuccess()) {
                // What the system has taken may arrive; before that the host cannot have it all.
                conversation.advance(asked, last ? Phase.FINAL_DOT : Phase.CONTENT);
                if (last) {
                  // Nor is silence to an earlier chunk a sign that it has not.
                  chunks.forEach(chunk -> conversation.advance(chunk, Phase.FINAL_DOT));
                }
              }
            });
    if (last) {
      close();
    } else {
      next();
    }
  }

  private void broken(Throwable failure) {
    reading = false;
    close();
    Answer.Failure ours =
        conversation.fail(Kind.OURS, "the message could not be read: " + failure.getMessage());
    result.complete(Answer.failed(Phase.CONTENT, ours)); // between two chunks nothing is asked
  }

  private void finish() {
    done = true;
    if (!reading) {
      close();
    }
    if (channel.pipeline().context(this) != null) {
      channel.pipeline().remove(this);
    }
  }

  private void close() {
    try {
      if (in != null) {
        in.close();
      }
    } catch (IOException e) {
      // It was read, or will not be.
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    next();
    context.fireChannelWritabilityChanged();
  }
}
