/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import org.posthouse.config.Home;

/** Asks a running server through its control socket: one line out, one JSON document back. */
public final class ControlClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Home home;

  public ControlClient(Home home) {
    this.home = home;
  }

  /**
   * Sends a command and waits for its answer.
   *
   * @param words the command and its arguments; none may hold a space or a line end
   * @throws CommandFailure when no server answers, or it answers with an error
   */
  public JsonNode ask(String... words) {
    Path socket = home.controlSocket();
    try (SocketChannel channel = connect(socket)) {
      String line = String.join(" ", words) + "\n";
      ByteBuffer request = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (request.hasRemaining()) {
        channel.write(request);
      }
      JsonNode reply = JSON.readTree(Channels.newInputStream(channel).readAllBytes());
      if (reply.hasNonNull("error")) {
        throw new CommandFailure(
            reply.path("exitCode").asInt(ExitCodes.INTERNAL_ERROR), reply.get("error").asText());
      }
      return reply;
    } catch (IOException e) {
      throw unavailable(socket, e);
    }
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
