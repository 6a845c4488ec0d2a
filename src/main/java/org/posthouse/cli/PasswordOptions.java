/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Where a password comes from; never from the command line, which every user of a host can see. */
@ConsoleOutput
final class PasswordOptions {
  /** Without what is mistaken for something else when read aloud: 0 o, 1 l i. */
  private static final String ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";

  private static final int GENERATED_CHARACTERS = 24;

  /** As NIST SP 800-63B section 5.1.1.1 has it. */
  private static final int LEAST_CHARACTERS = 8;

  @Option(names = "--password-stdin", description = "Read the password from a line of stdin.")
  boolean stdin;

  @Option(names = "--generate", description = "Make a password and print it, this once.")
  boolean generate;

  /**
   * @throws IllegalArgumentException when there is no password to be had; the message says why
   */
  String read() throws IOException {
    if (stdin && generate) {
      throw new IllegalArgumentException("--password-stdin and --generate exclude each other");
    }
    if (generate) {
      return generated();
    }
    String password = stdin ? fromStream(System.in) : fromTerminal(System.console());
    int length = password.codePointCount(0, password.length());
    if (length < LEAST_CHARACTERS) {
      throw new IllegalArgumentException(
          "a password has at least " + LEAST_CHARACTERS + " characters, not " + length);
    }
    return password;
  }

  /** Shows a generated password, after it was stored. */
  void show(CommandLine command, String password) {
    if (generate) {
      command.getOut().println(password);
      command.getOut().flush();
    }
  }

  /** 24 of 31 characters: 118 bits. */
  private static String generated() {
    SecureRandom random = new SecureRandom();
    StringBuilder password = new StringBuilder();
    for (int i = 0; i < GENERATED_CHARACTERS; i++) {
      password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return password.toString();
  }

  private static String fromStream(InputStream in) throws IOException {
    String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
    if (line == null) {
      throw new IllegalArgumentException("no password on standard input");
    }
    return line;
  }

  private static String fromTerminal(@Nullable Console console) {
    if (console == null) {
      throw new IllegalArgumentException(
          "no terminal to ask for the password: use --password-stdin or --generate");
    }
    char[] first = console.readPassword("Password: ");
    char[] second = console.readPassword("Again: ");
    if (first == null || second == null || !new String(first).equals(new String(second))) {
      throw new IllegalArgumentException("the passwords differ");
    }
    return new String(first);
  }
}
