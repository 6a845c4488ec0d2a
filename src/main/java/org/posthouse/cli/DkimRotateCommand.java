/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.posthouse.config.TimeSpan;
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

/** {@code posthouse dkim rotate}: makes a successor of each active key that has none. */
@Command(
    name = "rotate",
    description =
        "Replace the active keys of a domain: make a successor of each, which signs after some days,"
            + " and let the old ones end some days later. Prints what to publish until then. A key"
            + " that has an end and a successor already is left to it.",
    mixinStandardHelpOptions = true)
final class DkimRotateCommand implements Callable<Integer> {
  /** How long mail may be under way, and checked late, once it is signed. */
  private static final Duration UNDER_WAY = Duration.ofDays(7);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private HomeOption home = new HomeOption();

  @Parameters(paramLabel = "DOMAIN", description = "The element of conf/dkim.xml, by its name.")
  private String domain = "";

  @Option(
      names = "--after",
      paramLabel = "SPAN",
      description = "When the new keys begin to sign, from now; ${DEFAULT-VALUE}.",
      defaultValue = "2d")
  private String after = "2d";

  @Option(
      names = "--overlap",
      paramLabel = "SPAN",
      description = "How long the old ones sign beside them; ${DEFAULT-VALUE}.",
      defaultValue = "7d")
  private String overlap = "7d";

  @Option(names = "--json", description = "As a JSON array.")
  private boolean json;

  /** One that replaces another. */
  private record Successor(TableKey old, RecordText record, Instant from, Instant until) {}

  @Override
  public Integer call() {
    String whose = DkimHome.name(domain);
    DkimHome files = new DkimHome(home.home(), Clock.systemUTC());
    TableReading reading = files.read(spec.commandLine());
    SigningDomain element =
        DkimHome.named(reading, whose).stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCodes.USAGE, "there is no " + domain + " in conf/dkim.xml"));
    Instant now = files.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    Instant from = now.plus(span("--after", after));
    Instant until = from.plus(span("--overlap", overlap));
    List<TableKey> active = element.active(now);
    checkActive(element, active, now);
    List<TableKey> retiring = element.retiring(now);
    List<TableKey> lasting = active.stream().filter(key -> !retiring.contains(key)).toList();
    KeyTableText text = files.text();
    DkimKeyMaker maker =
        new DkimKeyMaker(files, element.signs(), DkimHome.selectors(reading, element.signs()));
    List<Successor> made = new ArrayList<>();
    for (TableKey old : lasting) {
      boolean ed25519 = isEdwards(old);
      int bits = ed25519 ? 0 : Math.max(old.bits(), DkimKeyMaker.RIGHT_BITS);
      DkimKeyMaker.Made key = maker.make(maker.freeSelector(ed25519), bits);
      Instant end = earlier(old.validity().until(), until);
      text =
          text.withUntil(whose, old.selector(), end)
              .with(
                  whose,
                  new KeyTableText.Entry(key.selector(), key.file(), new Validity(from, null)));
      String name = key.selector() + "._domainkey." + element.signs();
      made.add(new Successor(old, new RecordText(name, key.key().record()), from, end));
    }
    maker.save(text);
    print(element, made);
    retiring.forEach(this::sayThatItIsLeft);
    return ExitCodes.OK;
  }

  /** Of an earlier rotation: one more successor would sign beside the first for ever. */
  private void sayThatItIsLeft(TableKey key) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "posthouse: "
            + key.selector()
            + " has a successor already, and signs until "
            + Validity.text(Objects.requireNonNull(key.validity().until()))
            + " as before");
    err.flush();
  }

  private static boolean isEdwards(TableKey key) {
    return key.key().algorithm() == SignatureAlgorithm.ED25519_SHA256;
  }

  private static Instant earlier(@Nullable Instant known, Instant other) {
    return known != null && known.isBefore(other) ? known : other;
  }

  private void checkActive(SigningDomain element, List<TableKey> active, Instant now) {
    if (active.isEmpty()) {
      throw new CommandFailure(
          ExitCodes.USAGE, domain + " has no active key; `posthouse dkim new` makes one");
    }
    element.keys().stream()
        .filter(key -> key.validity().isAhead(now))
        .findFirst()
        .ifPresent(
            next -> {
              throw new CommandFailure(
                  ExitCodes.USAGE, "the key " + next.selector() + " waits for its turn already");
            });
  }

  private static Duration span(String option, String text) {
    try {
      return TimeSpan.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCodes.USAGE, option + ": " + e.getMessage(), e);
    }
  }

  private void print(SigningDomain element, List<Successor> made) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ArrayNode array = new ObjectMapper().createArrayNode();
      made.forEach(
          each ->
              array
                  .addObject()
                  .put("name", each.record().name())
                  .put("value", each.record().value())
                  .put("zone", each.record().zoneLine())
                  .put("from", Validity.text(each.from()))
                  .put("replaces", each.old().recordName(element.signs()))
                  .put("until", Validity.text(each.until()))
                  .put("remove", Validity.text(each.until().plus(UNDER_WAY))));
      out.println(array);
    } else {
      made.forEach(each -> print(out, element, each));
    }
    out.flush();
  }

  private static void print(PrintWriter out, SigningDomain element, Successor each) {
    DkimPrinter.record(out, each.record());
    out.println(
        "Publish it before " + Validity.text(each.from()) + ": the key signs from then on.");
    out.println(
        "The old key signs until "
            + Validity.text(each.until())
            + "; remove "
            + each.old().recordName(element.signs())
            + " after "
            + Validity.text(each.until().plus(UNDER_WAY))
            + ".");
  }
}
