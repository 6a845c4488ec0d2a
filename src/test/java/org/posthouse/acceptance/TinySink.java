/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** The next host: takes every mail and keeps it. */
public final class TinySink implements AutoCloseable {
  /** One mail as it came over the wire, dot-stuffing undone, lines joined by LF. */
  public record Received(String sender, List<String> recipients, String data) {}

  private final ServerSocket server;
  private final List<Received> mails = new CopyOnWriteArrayList<>();

  /** On a free port of loopback. */
  public TinySink() throws IOException {
    this(InetAddress.getLoopbackAddress(), 0);
  }

  public TinySink(InetAddress address, int port) throws IOException {
    server = new ServerSocket(port, 200, address);
    background(this::acceptLoop);
  }

  public int port() {
    return server.getLocalPort();
  }

  public List<Received> mails() {
    return mails;
  }

  private void acceptLoop() {
    try {
      while (!server.isClosed()) {
        Socket client = server.accept();
        background(() -> serve(client));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      say(client, "220 sink.test ESMTP");
      String sender = "";
      List<String> recipients = new ArrayList<>();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String command = line.length() < 4 ? line : line.substring(0, 4).toUpperCase(Locale.ROOT);
        if (command.equals("QUIT")) {
          say(client, "221 2.0.0 bye");
          return;
        } else if (command.equals("MAIL")) {
          sender = address(line);
          say(client, "250 2.1.0 ok");
        } else if (command.equals("RCPT")) {
          recipients.add(address(line));
          say(client, "250 2.1.5 ok");
        } else if (command.equals("DATA")) {
          say(client, "354 go on");
          mails.add(new Received(sender, List.copyOf(recipients), readData(in)));
          recipients.clear();
          say(client, "250 2.6.0 taken");
        } else {
          say(client, "250 sink.test");
        }
      }
    } catch (IOException e) {
      return; // the peer has gone
    }
  }

  private static String readData(BufferedReader in) throws IOException {
    StringBuilder data = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals(".")) {
        return data.toString();
      }
      data.append(line.startsWith(".") ? line.substring(1) : line).append('\n');
    }
    throw new IOException("cut off in DATA");
  }

  private static String address(String line) {
    return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
  }

  private static void say(Socket client, String line) throws IOException {
    client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void background(Runnable task) {
    Thread thread = new Thread(task, "sink");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
