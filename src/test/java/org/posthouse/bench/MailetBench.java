/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.james.jdkim.mailets.DKIMSign;
import org.apache.james.mailetcontainer.impl.MailetConfigImpl;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.james.transport.mailets.SetMimeHeader;
import org.apache.mailet.Mailet;
import org.jspecify.annotations.Nullable;
import org.posthouse.FilesOf;
import org.posthouse.dkim.HeaderSelection;
import org.posthouse.dkim.PrivateKeyFile;
import org.posthouse.dkim.SignatureAlgorithm;
import org.posthouse.dkim.SignatureFactory;
import org.posthouse.dkim.SigningKey;
import org.posthouse.dns.SystemDns;
import org.posthouse.james.message.RelayMessage;
import org.posthouse.mailets.DkimSign;
import org.posthouse.mailets.KeyTables;
import org.posthouse.mailets.RewriteHeaders;
import org.posthouse.signing.KeyTableReader;
import org.posthouse.signing.TableKey;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** CPU of one piece of work that is done again and again in a JVM that does nothing else. */
@Command(
    name = "mailets",
    mixinStandardHelpOptions = true,
    description = "One figure; src/bench/mailets starts a JVM for each.")
public final class MailetBench implements Callable<Integer> {
  private static final String DOMAIN = "client.bench.test";

  /** To ask for the time is a call of the system. */
  private static final int AT_ONCE = 20;

  /** What is done again and again. */
  private enum Work {
    /** Two fields set and two signatures made by our mailets on our message. */
    POSTHOUSE,
    /** The same by stock's mailets on stock's message; it signs with RSA alone. */
    STOCK,
    /** As stock, with one signature. */
    STOCK_ONE_SIGNATURE,
    /** A signature with RSA by the JDK. */
    RSA_JDK,
    /** A signature with RSA as the mailets make it. */
    RSA_MAILETS
  }

  @FunctionalInterface
  private interface Once {
    void run() throws Exception;
  }

  @Option(names = "--work", required = true, description = "One of ${COMPLETION-CANDIDATES}.")
  private Work work;

  @Option(names = "--home", required = true, description = "Holds conf/dkim.xml with its keys.")
  private Path home;

  @Option(names = "--message", required = true, description = "A file with CRLF.")
  private Path file;

  @Option(names = "--warm-up", defaultValue = "5", description = "Seconds of CPU.")
  private double warmUp;

  @Option(names = "--seconds", defaultValue = "3", description = "Seconds of CPU.")
  private double seconds;

  @Option(names = "--write", description = "Where the message is kept as it leaves.")
  private @Nullable Path written;

  @Option(
      names = "--without-keys",
      description = "Signatures are hashes: the work without the operations of the keys.")
  private boolean withoutKeys;

  private byte[] octets = new byte[0];

  /** Ends with 0. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new MailetBench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (withoutKeys) {
      Security.insertProviderAt(new KeylessSignatures(), 1);
    }
    octets = Files.readAllBytes(file);
    Once once = once();
    repeat(once, warmUp);
    System.out.printf(Locale.ROOT, "%.2f microseconds of CPU%n", repeat(once, seconds));
    return 0;
  }

  /**
   * Microseconds of CPU each. By CPU, not by the clock: on a busy machine a JVM would not be warm
   * in time. Of this thread alone: in a server that runs for days the compiler has nothing to do.
   */
  private static double repeat(Once once, double seconds) throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long begin = threads.getCurrentThreadCpuTime();
    long now = begin;
    long count = 0;
    while (now - begin < seconds * 1e9) {
      for (int i = 0; i < AT_ONCE; i++) {
        once.run();
      }
      count += AT_ONCE;
      now = threads.getCurrentThreadCpuTime();
    }
    return (now - begin) / 1e3 / Math.max(1, count);
  }

  private Once once() throws Exception {
    return switch (work) {
      case POSTHOUSE -> mails(ours(), RelayMessage::new);
      case STOCK -> mails(stock(2), MimeMessageWrapper::new);
      case STOCK_ONE_SIGNATURE -> mails(stock(1), MimeMessageWrapper::new);
      case RSA_JDK ->
          signatures(SigningKey.of(PrivateKeyFile.read(rsa().file()), SignatureFactory.OF_JDK));
      case RSA_MAILETS -> signatures(rsa().key());
    };
  }

  private static Once signatures(SigningKey key) {
    byte[] message = new byte[600];
    return () -> key.sign(message);
  }

  private Once mails(List<Mailet> chain, Function<MimeMessageSource, MimeMessageWrapper> message)
      throws Exception {
    if (written != null) {
      try (OutputStream out = Files.newOutputStream(written)) {
        mail(chain, message, out);
      }
    }
    return () -> mail(chain, message, OutputStream.nullOutputStream());
  }

  private void mail(
      List<Mailet> chain, Function<MimeMessageSource, MimeMessageWrapper> message, OutputStream out)
      throws Exception {
    MailImpl mail = MailImpl.builder().name("bench").addRecipient("b@next.bench.test").build();
    mail.setMessageNoCopy(message.apply(new Octets(octets)));
    for (Mailet mailet : chain) {
      mailet.service(mail);
    }
    mail.getMessage().writeTo(out);
    mail.dispose();
  }

  /** What stands in the store. */
  @SuppressWarnings("ArrayRecordComponent") // made once and never compared
  private record Octets(byte[] octets) implements MimeMessageSource {
    @Override
    public String getSourceId() {
      return "bench";
    }

    @Override
    public InputStream getInputStream() {
      return new ByteArrayInputStream(octets);
    }

    @Override
    public long getMessageSize() {
      return octets.length;
    }
  }

  private List<Mailet> ours() throws Exception {
    return List.of(
        init(
            new RewriteHeaders(),
            "rules",
            "set Organization: Example Ltd\nset X-Relay: relay.bench.test"),
        init(
            new DkimSign(new FilesOf(home), new SystemDns(), null, new KeyTables()),
            "keyTable",
            "dkim.xml",
            "checkDns",
            "off",
            "whenNoKey",
            "fail"));
  }

  private List<Mailet> stock(int signatures) throws Exception {
    Mailet signing =
        init(
            new DKIMSign(),
            "signatureTemplate",
            "v=1; a=rsa-sha256; c=relaxed/relaxed; d="
                + DOMAIN
                + "; s="
                + rsa().selector()
                + "; t=; h="
                + HeaderSelection.DEFAULT.replace(", ", ":")
                + "; bh=; b=;",
            "privateKey",
            Files.readString(rsa().file()));
    List<Mailet> headers =
        List.of(
            init(new SetMimeHeader(), "name", "Organization", "value", "Example Ltd"),
            init(new SetMimeHeader(), "name", "X-Relay", "value", "relay.bench.test"));
    return signatures == 1
        ? List.of(headers.get(0), headers.get(1), signing)
        : List.of(headers.get(0), headers.get(1), signing, signing);
  }

  private TableKey rsa() {
    Path conf = home.resolve("conf");
    return new KeyTableReader(conf, Clock.systemUTC())
        .read(conf.resolve("dkim.xml")).table().of(DOMAIN).orElseThrow().keys().stream()
            .filter(key -> key.key().algorithm() == SignatureAlgorithm.RSA_SHA256)
            .findFirst()
            .orElseThrow();
  }

  private static Mailet init(Mailet mailet, String... parameters) throws Exception {
    BaseHierarchicalConfiguration configuration = new BaseHierarchicalConfiguration();
    for (int i = 0; i < parameters.length; i += 2) {
      configuration.addProperty(parameters[i], parameters[i + 1]);
    }
    MailetConfigImpl config = new MailetConfigImpl();
    config.setMailetName(mailet.getClass().getSimpleName());
    config.setConfiguration(configuration);
    mailet.init(config);
    return mailet;
  }
}
