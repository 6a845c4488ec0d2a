/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.posthouse.identity.client.Range;

/** A session's place in the counts of the server and of its door. */
final class Seat {
  /** Seconds in which a stranger has to bring a mail or a login where there is little room. */
  static final int PATIENCE_SECONDS = 10;

  /** At the least speed that {@link LineFramer} asks for, one message would take for ever. */
  private static final int PATIENCE_OF_MESSAGES_SECONDS = 60;

  private static final AttributeKey<Seat> KEY = AttributeKey.valueOf("posthouse-seat");

  private final List<SessionCounts> counts;
  private final InetAddress client;
  private final Range network;
  private final Channel channel;
  private final LongSupplier nanos;
  private final boolean atHome;
  private volatile boolean stranger;

  /** By that clock when it last brought something, or came. */
  private volatile long lastProgress;

  /**
   * Of a connection that has none yet.
   *
   * @param standing of the address
   * @param nanos as {@link System#nanoTime}
   */
  Seat(
      List<SessionCounts> counts,
      InetAddress client,
      Standing standing,
      Channel channel,
      LongSupplier nanos) {
    this.counts = counts;
    this.client = client;
    this.network = Range.around(client);
    this.atHome = standing == Standing.AT_HOME;
    this.stranger = standing == Standing.STRANGER;
    this.channel = channel;
    this.nanos = nanos;
    this.lastProgress = nanos.getAsLong();
  }

  /** What is full when there is no room for it; null when it is taken, until the channel closes. */
  @Nullable String take() {
    channel.closeFuture().addListener(closed -> leave());
    for (SessionCounts each : counts) {
      String full = each.enter(this);
      if (full != null) {
        leave();
        return full;
      }
    }
    channel.attr(KEY).set(this);
    return null;
  }

  private void leave() {
    counts.forEach(each -> each.leave(this));
  }

  /** That of a channel; null where none was taken. */
  static @Nullable Seat of(Channel channel) {
    return channel.attr(KEY).get();
  }

  InetAddress client() {
    return client;
  }

  Range network() {
    return network;
  }

  /** Whether a login was right before at the very address. */
  boolean isAtHome() {
    return atHome;
  }

  boolean isStranger() {
    return stranger;
  }

  /** It is known now who the client is. */
  void keep() {
    if (stranger) {
      stranger = false;
      counts.forEach(each -> each.keep(this));
    }
  }

  /** The client has brought a mail. */
  void progressed() {
    lastProgress = nanos.getAsLong();
    if (stranger) {
      counts.forEach(each -> each.moveBack(this));
    }
  }

  /**
   * Whether a stranger has had his time, and others may soon need the place.
   *
   * @param sends whether a message is coming
   */
  boolean isInTheWay(boolean sends) {
    int patience = sends ? PATIENCE_OF_MESSAGES_SECONDS : PATIENCE_SECONDS;
    return stranger && isIdleFor(patience) && counts.stream().anyMatch(SessionCounts::isCrowded);
  }

  /** Since it came, or brought something. */
  Duration idle() {
    return Duration.ofNanos(nanos.getAsLong() - lastProgress);
  }

  boolean hasHadItsTime() {
    return isIdleFor(PATIENCE_SECONDS);
  }

  private boolean isIdleFor(int seconds) {
    return idle().toSeconds() >= seconds;
  }

  /** Somebody else has the place. */
  void giveUp() {
    channel
        .eventLoop()
        .execute(() -> channel.pipeline().fireUserEventTriggered(Misconduct.DISPLACED));
  }
}
