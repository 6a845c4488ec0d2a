/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.stock;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An SMTP server on loopback that takes everything and keeps it. */
final class NextHost implements AutoCloseable {
  /** A mail as it came, its text with one char per octet and without the stuffed dots. */
  record Received(String sender, List<String> recipients, String text) {}

  private final ServerSocket server;
  private final BlockingQueue<Received> mails = new LinkedBlockingQueue<>();

  NextHost() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** The next mail that comes within a minute; null when none does. */
  Received next() throws InterruptedException {
    return mails.poll(60, TimeUnit.SECONDS);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "next-host");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        start(() -> serve(socket));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        BufferedReader in =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))) {
      OutputStream out = socket.getOutputStream();
      say(out, "220 next.example ESMTP");
      String sender = "";
      List<String> recipients = new ArrayList<>();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String verb = line.toUpperCase(Locale.ROOT);
        if (verb.startsWith("DATA")) {
          say(out, "354 go on");
          mails.add(new Received(sender, List.copyOf(recipients), text(in)));
          recipients.clear();
        } else if (verb.startsWith("MAIL FROM:")) {
          sender = path(line);
        } else if (verb.startsWith("RCPT TO:")) {
          recipients.add(path(line));
        }
        say(out, verb.startsWith("QUIT") ? "221 bye" : "250 ok");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String path(String line) {
    return line.substring(line.indexOf('<') + 1, line.lastIndexOf('>'));
  }

  private static String text(BufferedReader in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      text.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
    }
    return text.toString();
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(ISO_8859_1));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
