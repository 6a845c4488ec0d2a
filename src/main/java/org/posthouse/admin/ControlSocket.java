/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix domain socket on which whoever may open it commands the server. A request is one line of
 * words separated by single spaces; the reply is one JSON document, then the connection closes.
 *
 * <p>The file's mode (0600) is the only right there is, so there must be no instant at which the
 * socket listens with a wider one: it is bound inside a fresh directory of mode 0700, narrowed, and
 * then moved to its name.
 */
public final class ControlSocket implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(ControlSocket.class);
  private static final int MAX_REQUEST_BYTES = 64 * 1024;
  private static final int REQUEST_SECONDS = 10;
  private static final int CONCURRENT_REQUESTS = 4;

  private final Path path;
  private final ServerSocketChannel server;
  private final @Nullable Object fileKey;
  private final Map<String, ControlCommand> commands = new ConcurrentHashMap<>();
  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService requests =
      Executors.newFixedThreadPool(CONCURRENT_REQUESTS, task -> daemon(task, "control"));
  private final ScheduledExecutorService timeouts =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "control-timeout"));

  private ControlSocket(Path path, ServerSocketChannel server) throws IOException {
    this.path = path;
    this.server = server;
    this.fileKey = fileKey(path);
  }

  /**
   * Claims the path and starts to listen; a socket left behind by a dead server is replaced.
   *
   * @throws SocketInUseException when a live server answers there
   */
  public static ControlSocket open(Path path) throws IOException {
    refuseLiveOne(path);
    Path nest = Files.createTempDirectory(path.getParent(), ".c");
    try {
      Path fresh = nest.resolve("s");
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        server.bind(UnixDomainSocketAddress.of(fresh));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        Files.move(
            fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        ControlSocket socket = new ControlSocket(path, server);
        daemon(socket::acceptLoop, "control-accept").start();
        return socket;
      } catch (IOException e) {
        server.close();
        Files.deleteIfExists(fresh);
        throw e;
      }
    } finally {
      Files.deleteIfExists(nest);
    }
  }

  private static void refuseLiveOne(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      LOGGER.debug("{} is stale", path, e);
      return;
    }
    throw new SocketInUseException("a server answers on " + path + " already");
  }

  /** Adds a command, or replaces it. */
  public ControlSocket register(String name, ControlCommand command) {
    commands.put(name, command);
    return this;
  }

  private void acceptLoop() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        requests.execute(() -> serve(client));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException | RuntimeException e) {
        LOGGER.warn("Control socket could not accept", e);
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      ScheduledFuture<?> timeout =
          timeouts.schedule(() -> closeQuietly(client), REQUEST_SECONDS, TimeUnit.SECONDS);
      String line = readLine(client);
      timeout.cancel(false);
      ByteBuffer reply = ByteBuffer.wrap(json.writeValueAsBytes(answer(line)));
      while (reply.hasRemaining()) {
        client.write(reply);
      }
    } catch (IOException e) {
      LOGGER.debug("A control request was cut off", e);
    }
  }

  private Object answer(String line) {
    List<String> words = List.of(line.split(" ", -1));
    ControlCommand command = commands.get(words.get(0));
    if (command == null && words.get(0).equals("status")) {
      // Commands come as the parts of the server do.
      return Map.of("error", "the server is starting", "exitCode", 75);
    }
    if (command == null) {
      return Map.of("error", "unknown command '" + words.get(0) + "'", "exitCode", 64);
    }
    try {
      return command.answer(words.subList(1, words.size()));
    } catch (ControlException e) {
      return Map.of("error", String.valueOf(e.getMessage()), "exitCode", e.exitCode());
    } catch (Exception e) {
      LOGGER.error("Control command {} failed", words.get(0), e);
      return Map.of("error", e.toString(), "exitCode", 70);
    }
  }

  private static String readLine(SocketChannel client) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(1024);
    while (line.size() < MAX_REQUEST_BYTES && client.read(buffer) >= 0) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        byte next = buffer.get();
        if (next == '\n') {
          return line.toString(StandardCharsets.UTF_8);
        }
        line.write(next);
      }
      buffer.clear();
    }
    throw new IOException("no complete request line");
  }

  /** Stops listening; the file goes unless another server has put its own there. */
  @Override
  public void close() {
    closeQuietly(server);
    requests.shutdown();
    timeouts.shutdownNow();
    try {
      if (Files.exists(path) && Objects.equals(fileKey, fileKey(path))) {
        Files.delete(path);
      }
    } catch (IOException e) {
      LOGGER.warn("Could not remove {}", path, e);
    }
  }

  private static @Nullable Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOGGER.debug("close", e);
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
