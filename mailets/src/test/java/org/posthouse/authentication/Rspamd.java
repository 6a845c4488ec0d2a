/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * Another implementation of SPF, DKIM, DMARC and ARC: Rspamd's, with nothing else of it. Without it
 * a test is skipped, or fails where the environment has POSTHOUSE_REQUIRE_TOOLS=1.
 */
final class Rspamd implements AutoCloseable {
  private static final Pattern SYMBOL = Pattern.compile("\"name\":\"([A-Z_]+)\"");

  private static final long POLL_MILLIS = 50;
  private static final int MOST_POLLS = 1200;

  private static final String CONFIGURATION =
      """
      options {
        filters = "dkim";
        local_addrs = [];
        dns { nameserver = ["@NAMES@:1"]; timeout = 5s; }
        tempdir = "@DIR@";
        hs_cache_dir = "@DIR@";
        cache_file = "@DIR@/symbols.cache";
        url_tld = "@DIR@/tld";
      }
      logging { type = "console"; level = "info"; }
      worker "normal" { bind_socket = "@DIR@/socket"; count = 1; task_timeout = 20s; }
      lua = "@DIR@/rules.lua";
      modules { path = "$PLUGINSDIR/"; }
      dkim { enabled = true; }
      spf { enabled = true; }
      dmarc { enabled = true; }
      arc { enabled = true; }
      """;

  private final Process process;
  private final UnixDomainSocketAddress socket;

  private Rspamd(Process process, Path socket) {
    this.process = process;
    this.socket = UnixDomainSocketAddress.of(socket);
  }

  /**
   * Starts one.
   *
   * @param directory an empty one
   * @param names the name server that it asks
   */
  static Rspamd start(Path directory, InetSocketAddress names)
      throws IOException, InterruptedException {
    requireInstalled();
    String server = names.getAddress().getHostAddress() + ":" + names.getPort();
    Path conf = directory.resolve("rspamd.conf");
    Files.writeString(
        conf, CONFIGURATION.replace("@DIR@", directory.toString()).replace("@NAMES@", server));
    Files.writeString(directory.resolve("rules.lua"), "require \"global_functions\" ()\n");
    Files.writeString(directory.resolve("tld"), "com\nnet\norg\nexample\n");
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder("rspamd", "-f", "-i", "-c", conf.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Path socket = directory.resolve("socket");
    Rspamd started = new Rspamd(process, socket);
    for (int i = 0; !started.isListening(); i++) {
      if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS) || i > MOST_POLLS) {
        started.close();
        fail("rspamd: " + Files.readString(log, ISO_8859_1));
      }
    }
    return started;
  }

  /** The file is there before anybody listens at it. */
  private boolean isListening() {
    try (SocketChannel channel = SocketChannel.open(socket)) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static void requireInstalled() {
    boolean installed =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "rspamd")));
    if ("1".equals(System.getenv("POSTHOUSE_REQUIRE_TOOLS")) && !installed) {
      fail("rspamd is not installed, and POSTHOUSE_REQUIRE_TOOLS=1");
    }
    Assumptions.assumeTrue(installed, "rspamd is not installed");
  }

  /** The names of all that it found, such as {@code R_DKIM_ALLOW}. */
  Set<String> symbols(String message, String client, String mailFrom) throws IOException {
    String head =
        String.join(
            "\r\n",
            "POST /checkv2 HTTP/1.0",
            "IP: " + client,
            "Helo: helo.example.com",
            "From: " + mailFrom,
            "Content-Length: " + message.length(),
            "",
            "");
    try (SocketChannel channel = SocketChannel.open(socket)) {
      ByteBuffer request = ByteBuffer.wrap((head + message).getBytes(ISO_8859_1));
      while (request.hasRemaining()) {
        channel.write(request);
      }
      String reply = new String(Channels.newInputStream(channel).readAllBytes(), ISO_8859_1);
      if (!reply.contains(" 200 ")) {
        throw new IOException(reply);
      }
      Set<String> symbols = new TreeSet<>();
      Matcher symbol = SYMBOL.matcher(reply);
      while (symbol.find()) {
        symbols.add(symbol.group(1));
      }
      return symbols;
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
