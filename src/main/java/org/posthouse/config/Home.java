/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The directory one server lives in, and where things are inside it.
 *
 * @param root what {@code conf} is in
 * @param work what the directories are in that a server writes to; most often the same
 */
public record Home(Path root, Path work) {
  /** The configuration files that the server reads; all of them are shipped. */
  public static final List<String> CONFIGURATION =
      List.of(
          "dkim.xml",
          "dnsservice.xml",
          "domainlist.xml",
          "extensions.properties",
          "healthcheck.properties",
          "identities.xml",
          "limits.xml",
          "logback.xml",
          "mailetcontainer.xml",
          "recipientrewritetable.xml",
          "relay.xml",
          "senders.xml",
          "smtpserver.xml",
          "webadmin.properties");

  /**
   * Octets that the path of the control socket may have. macOS takes 104 with a final zero, Linux
   * 108 (unix(7)), and the socket is made under a longer name, {@code .c<20 digits>/s}.
   */
  private static final int LONGEST_SOCKET = 91;

  public Home {
    root = root.toAbsolutePath().normalize();
    work = work.toAbsolutePath().normalize();
  }

  public Home(Path root) {
    this(root, root);
  }

  public Path conf() {
    return root.resolve("conf");
  }

  public Path var() {
    return work.resolve("var");
  }

  public Path logs() {
    return work.resolve("logs");
  }

  /** Whether the control socket can be made. */
  public boolean hasShortPath() {
    return controlSocket().toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET;
  }

  public Path controlSocket() {
    return var().resolve("control.sock");
  }
}
