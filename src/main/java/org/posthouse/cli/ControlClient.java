/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.posthouse.config.Home;
import org.posthouse.config.TimeSpan;

/** Asks a running server through its control socket: one line out, one JSON document back. */
public final class ControlClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A socket of this kind has no time-out of its own, and a frozen server still accepts. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Home home;

  public ControlClient(Home home) {
    this.home = home;
  }

  /**
   * Sends a command and waits for its answer.
   *
   * @param words the command and its arguments; none may hold a space or a line end
   * @throws CommandFailure when no server answers in time, or it answers with an error
   */
  public JsonNode ask(String... words) {
    return ask(PATIENCE, words);
  }

  /** As above, for a command that takes its time. */
  public JsonNode ask(Duration patience, String... words) {
    Path socket = home.controlSocket();
    AtomicBoolean tooLate = new AtomicBoolean();
    ScheduledExecutorService watch =
        Executors.newSingleThreadScheduledExecutor(ControlClient::daemon);
    try (SocketChannel channel = connect(socket)) {
      ScheduledFuture<?> ending =
          watch.schedule(
              () -> {
                tooLate.set(true);
                end(channel);
                return channel;
              },
              patience.toMillis(),
              TimeUnit.MILLISECONDS);
      String line = String.join(" ", words) + "\n";
      ByteBuffer request = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (request.hasRemaining()) {
        channel.write(request);
      }
      JsonNode reply = JSON.readTree(Channels.newInputStream(channel).readAllBytes());
      ending.cancel(false);
      if (reply.hasNonNull("error")) {
        throw new CommandFailure(
            reply.path("exitCode").asInt(ExitCodes.INTERNAL_ERROR), reply.get("error").asText());
      }
      return reply;
    } catch (IOException e) {
      if (tooLate.get()) {
        throw new CommandFailure(
            ExitCodes.UNAVAILABLE,
            "the server of " + home.root() + " does not answer within " + TimeSpan.text(patience),
            e);
      }
      throw unavailable(socket, e);
    } finally {
      watch.shutdownNow();
    }
  }

  private static void end(Closeable channel) throws IOException {
    channel.close();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "control-watch");
    thread.setDaemon(true);
    return thread;
  }

  private static SocketChannel connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** A directory that may not be entered hides whether the socket is there: it is not missing. */
  CommandFailure unavailable(Path socket, IOException cause) {
    boolean denied =
        cause instanceof AccessDeniedException
            || (!Files.notExists(socket) && !Files.isWritable(socket));
    return denied
        ? new CommandFailure(
            ExitCodes.NO_PERMISSION,
            "permission denied: you are not the user that runs it (" + socket + ")",
            cause)
        : new CommandFailure(
            ExitCodes.UNAVAILABLE,
            "no server runs in " + home.root() + " (nothing answers on " + socket + ")",
            cause);
  }
}
