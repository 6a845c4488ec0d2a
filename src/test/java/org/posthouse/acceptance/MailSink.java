/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** The next server: takes every mail and remembers it. */
final class MailSink implements AutoCloseable {
  /**
   * @param text the message as received, one octet one character
   */
  record Received(String sender, List<String> recipients, String text) {}

  private final ServerSocket server;
  private final List<Received> mails = new CopyOnWriteArrayList<>();

  MailSink(InetAddress address, int port) throws IOException {
    server = new ServerSocket(port, 50, address);
    start(this::accept);
  }

  List<Received> mails() {
    return List.copyOf(mails);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private static void start(Runnable runnable) {
    Thread thread = new Thread(runnable, "mail-sink");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
        OutputStream out = client.getOutputStream()) {
      say(out, "220 sink");
      String sender = "";
      List<String> recipients = new ArrayList<>();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
        switch (verb) {
          case "MAIL" -> sender = path(line);
          case "RCPT" -> recipients.add(path(line));
          case "EHLO" -> say(out, "250-sink\r\n250-PIPELINING\r\n250 8BITMIME");
          case "QUIT" -> say(out, "221 bye");
          case "DATA" -> {
            say(out, "354 go");
            mails.add(new Received(sender, List.copyOf(recipients), text(in)));
            recipients.clear();
          }
          default -> {}
        }
        if (!verb.equals("EHLO") && !verb.equals("QUIT")) {
          say(out, "250 2.0.0 fine");
        }
      }
    } catch (IOException e) {
      // The client went away; what it had finished is kept.
    }
  }

  private static String path(String line) {
    return line.replaceAll(".*<(.*?)>.*", "$1");
  }

  private static String text(BufferedReader in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      text.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
    }
    return text.toString();
  }

  private static void say(OutputStream out, String reply) throws IOException {
    out.write((reply + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }
}
