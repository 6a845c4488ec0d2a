/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.TimeSpan;
import org.posthouse.dkim.DomainName;
import org.posthouse.dkim.SignatureAlgorithm;
import org.posthouse.signing.KeyTableText;
import org.posthouse.signing.RecordText;
import org.posthouse.signing.SigningDomain;
import org.posthouse.signing.TableKey;
import org.posthouse.signing.TableReading;
import org.posthouse.signing.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthouse dkim new}. */
@Command(
    name = "new",
    description =
        "Make a key in conf/dkim/, put it into conf/dkim.xml, and print the record to publish.",
    mixinStandardHelpOptions = true)
final class DkimNewCommand implements Callable<Integer> {
  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";

  /** RFC 6376 section 3.1: labels as hosts have them (RFC 5321 section 4.1.2), dots between. */
  private static final Pattern SELECTOR = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private HomeOption home = new HomeOption();

  @Parameters(
      paramLabel = "DOMAIN",
      description =
          "Whose mail the key signs: the domain of From; or an element of conf/dkim.xml that is"
              + " there already, as '*.example.com' or 'default'.")
  private String domain = "";

  @Option(
      names = "--selector",
      paramLabel = "S",
      description =
          "What the key is called in the DNS: letters, digits and inner hyphens, in labels with dots"
              + " between; without it r or e, the year and the month.")
  private @Nullable String selector;

  @Option(names = "--ed25519", description = "An Ed25519 key (RFC 8463) instead of an RSA key.")
  private boolean ed25519;

  @Option(
      names = "--bits",
      paramLabel = "N",
      description = "Bits of an RSA key, from 1024 to 4096; ${DEFAULT-VALUE}.",
      defaultValue = "2048")
  private int bits = DkimKeyMaker.RIGHT_BITS;

  @Option(
      names = "--after",
      paramLabel = "SPAN",
      description = "Let the key sign only after so long, as in 2d; without it at once.")
  private @Nullable String after;

  @Option(names = "--json", description = "Print the record as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    String whose = DkimHome.name(domain);
    DkimHome files = new DkimHome(home.home(), Clock.systemUTC());
    if (!ed25519 && (bits < DkimKeyMaker.LEAST_BITS || bits > DkimKeyMaker.MOST_BITS)) {
      throw new CommandFailure(ExitCodes.USAGE, "--bits is from 1024 to 4096, not " + bits);
    }
    if (ed25519 && spec.commandLine().getParseResult().hasMatchedOption("--bits")) {
      throw new CommandFailure(ExitCodes.USAGE, "--bits is for RSA keys");
    }
    Instant from = from(files.clock().instant());
    KeyTableText text = files.text();
    TableReading reading = files.reading();
    Optional<SigningDomain> element = DkimHome.named(reading, whose).stream().findFirst();
    String signs = element.map(SigningDomain::signs).orElseGet(() -> itself(whose));
    DkimKeyMaker maker = new DkimKeyMaker(files, signs, DkimHome.selectors(reading, signs));
    DkimKeyMaker.Made made = maker.make(selector(maker), ed25519 ? 0 : bits);
    KeyTableText.Entry entry =
        new KeyTableText.Entry(made.selector(), made.file(), new Validity(from, null));
    maker.save(text.with(whose, entry));
    print(new RecordText(made.selector() + "._domainkey." + signs, made.key().record()), from);
    element.ifPresent(each -> warnOfOthers(each, whose, files.clock().instant()));
    return ExitCodes.OK;
  }

  /** Two keys of one algorithm cost twice, and tell a receiver nothing more. */
  private void warnOfOthers(SigningDomain element, String whose, Instant now) {
    SignatureAlgorithm algorithm =
        ed25519 ? SignatureAlgorithm.ED25519_SHA256 : SignatureAlgorithm.RSA_SHA256;
    String others =
        element.keys().stream()
            .filter(each -> each.key().algorithm() == algorithm && !each.validity().isOver(now))
            .map(TableKey::selector)
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          "posthouse: the new key signs beside "
              + others
              + "; to replace keys: posthouse dkim rotate "
              + whose);
      err.flush();
    }
  }

  private @Nullable Instant from(Instant now) {
    try {
      return after == null ? null : now.plus(TimeSpan.parse(after)).truncatedTo(ChronoUnit.SECONDS);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCodes.USAGE, "--after: " + e.getMessage(), e);
    }
  }

  private static String itself(String whose) {
    if (whose.startsWith("*.") || whose.equals("default")) {
      throw new CommandFailure(
          ExitCodes.USAGE,
          "there is no " + whose + " in conf/dkim.xml, which says as whom it signs");
    }
    return whose;
  }

  private String selector(DkimKeyMaker maker) {
    if (selector == null) {
      return maker.freeSelector(ed25519);
    }
    String name =
        DomainName.ofText(selector)
            .filter(each -> SELECTOR.matcher(each).matches())
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCodes.USAGE,
                        "'"
                            + selector
                            + "' is no selector: letters, digits, and hyphens between them, in"
                            + " labels with dots between, as in r2026"));
    if (maker.isTaken(name)) {
      throw new CommandFailure(
          ExitCodes.USAGE,
          "there is a key " + name + " already; `posthouse dkim rotate` replaces it");
    }
    return name;
  }

  private void print(RecordText record, @Nullable Instant from) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode node = new ObjectMapper().createObjectNode();
      node.put("name", record.name()).put("value", record.value()).put("zone", record.zoneLine());
      node.put("from", from == null ? null : Validity.text(from));
      out.println(node);
    } else {
      DkimPrinter.record(out, record);
      out.println(
          from == null
              ? "The key signs from now on: publish the record at once, or make keys with --after."
              : "Publish the record before "
                  + Validity.text(from)
                  + ": the key signs from then on.");
      if (!ed25519 && bits < DkimKeyMaker.RIGHT_BITS) {
        out.println("Keys of fewer than 2048 bits can be broken: make a longer one.");
      }
    }
    out.flush();
  }
}
