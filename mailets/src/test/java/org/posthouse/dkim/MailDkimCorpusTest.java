/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.posthouse.Suites;

/**
 * The corpora in apache/james-jdkim: that of Mail::DKIM, whose signatures are by SHA-1 and short
 * keys or older than RFC 4871, so that none may pass any more (RFC 8301), and mail of 2009.
 */
class MailDkimCorpusTest {
  private static final String RESOURCES = "main/src/test/resources/org/apache/james/jdkim/";

  /** In the jar of jDKIM's tests. */
  private static final String CORPUS = "/org/apache/james/jdkim/Mail-DKIM/";

  private static final String KEYS = "main/src/test/java/org/apache/james/jdkim/FileBasedTest.java";
  private static final Pattern RECORD =
      Pattern.compile("addRecord\\(\\s*\"([^\"]+)\",\\s*\"([^\"]+)\",\\s*\"([^\"]+)\"\\)");

  @TestFactory
  Stream<DynamicTest> oldSignaturesShouldBeRefusedForTheRightReason() throws IOException {
    URI jar =
        URI.create(String.valueOf(MailDkimCorpusTest.class.getResource(CORPUS + "FAKE_DNS.dat")));
    try (FileSystem files = FileSystems.newFileSystem(jar, Map.of())) {
      MemoryDns dns = dns(files.getPath(CORPUS + "FAKE_DNS.dat"));
      return tests(files.getPath(CORPUS + "corpus"), 69, (name, m) -> checkOld(name, m, dns));
    }
  }

  @TestFactory
  Stream<DynamicTest> mailOf2009ShouldVerify() throws IOException {
    return Suites.tests(
        "james-jdkim",
        suite -> {
          MemoryDns dns = keysInCode(suite.resolve(KEYS));
          Path corpus = suite.resolve(RESOURCES + "corpus");
          return tests(corpus, 7, (name, message) -> checkMail(name, message, dns));
        });
  }

  private static MemoryDns keysInCode(Path file) throws IOException {
    MemoryDns dns = new MemoryDns();
    Matcher record = RECORD.matcher(Files.readString(file, ISO_8859_1));
    while (record.find()) {
      dns.text(record.group(1) + "._domainkey." + record.group(2), record.group(3));
    }
    return dns;
  }

  private interface Check {
    void of(String name, RawMessage message) throws IOException;
  }

  private static Stream<DynamicTest> tests(Path directory, int count, Check check)
      throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> sorted = files.sorted().toList();
      assertThat(sorted).hasSize(count);
      return sorted.stream().map(file -> test(file, check)).toList().stream();
    }
  }

  private static DynamicTest test(Path file, Check check) {
    try {
      String text = Files.readString(file, ISO_8859_1);
      String name = file.getFileName().toString();
      return DynamicTest.dynamicTest(name, () -> check.of(name, RawMessage.of(text)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void checkOld(String name, RawMessage message, MemoryDns dns) throws IOException {
    List<DkimStatus> statuses = verify(message, dns).stream().map(DkimResult::status).toList();
    if (name.contains("dk_")) {
      assertThat(statuses).isEmpty(); // of DomainKeys
    } else if (name.contains("_ietf")) {
      assertThat(statuses).containsOnly(DkimStatus.NEUTRAL); // of drafts
    } else if (name.startsWith("good")) {
      assertThat(statuses).containsOnly(DkimStatus.POLICY);
    } else {
      assertThat(statuses).isNotEmpty().doesNotContain(DkimStatus.PASS, DkimStatus.FAIL);
    }
  }

  private static void checkMail(String name, RawMessage message, MemoryDns dns) throws IOException {
    DkimResult result = verify(message, dns).get(0);
    boolean sha1 = result.algorithm().equals("rsa-sha1");
    DkimStatus expected = name.startsWith("FAIL_") ? DkimStatus.FAIL : DkimStatus.PASS;
    assertThat(result.status()).as(result.reason()).isEqualTo(sha1 ? DkimStatus.POLICY : expected);
  }

  private static List<DkimResult> verify(RawMessage message, MemoryDns dns) throws IOException {
    return new DkimVerifier(dns, Clock.systemUTC()).verify(message.fields(), message.open());
  }

  private static MemoryDns dns(Path file) throws IOException {
    MemoryDns dns = new MemoryDns();
    for (String line : Files.readAllLines(file, ISO_8859_1)) {
      int space = line.indexOf(' ');
      if (line.startsWith("#") || space < 0) {
        continue;
      }
      String text = line.substring(space + 1).strip();
      if (text.startsWith("~~")) {
        dns.failing(line.substring(0, space));
      } else if (!text.equals("NXDOMAIN")) {
        dns.text(line.substring(0, space), text);
      }
    }
    return dns;
  }
}
