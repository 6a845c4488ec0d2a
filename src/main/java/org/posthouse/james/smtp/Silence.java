/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.function.BooleanSupplier;

/** Tells the session when its client has said nothing for some time, again and again. */
final class Silence extends IdleStateHandler {
  private final Misconduct misconduct;
  private final BooleanSupplier counts;

  /**
   * Of one connection.
   *
   * @param seconds without a whole line; 0 is for ever
   * @param counts whether the silence matters now
   */
  Silence(int seconds, Misconduct misconduct, BooleanSupplier counts) {
    super(seconds, 0, 0);
    this.misconduct = misconduct;
    this.counts = counts;
  }

  @Override
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    if (counts.getAsBoolean()) {
      context.fireUserEventTriggered(misconduct);
    }
  }
}
