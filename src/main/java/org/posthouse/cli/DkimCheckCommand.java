/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.posthouse.dns.Dns;
import org.posthouse.signing.Publication;
import org.posthouse.signing.PublicationCheck;
import org.posthouse.signing.RecordText;
import org.posthouse.signing.SigningDomain;
import org.posthouse.signing.TableReading;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthouse dkim check}. */
@Command(
    name = "check",
    description =
        "Compare the keys with what the DNS publishes, and say what to publish. Ends with 0 only when"
            + " all active keys are right, with 69 when the DNS gave no answer, else with 78.",
    mixinStandardHelpOptions = true)
final class DkimCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private HomeOption home = new HomeOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "DOMAIN",
      description = "The keys of that element of conf/dkim.xml only.")
  private @Nullable String domain;

  @Option(
      names = "--name-server",
      paramLabel = "ADDRESS",
      description =
          "Ask that server, as in 192.0.2.53 or 192.0.2.53:5353, instead of those of dnsservice.xml:"
              + " one of the domain's own knows of a change at once.")
  private @Nullable String nameServer;

  @Option(names = "--json", description = "As a JSON array.")
  private boolean json;

  /** A key and what the DNS says of it. */
  private record Checked(DkimKeyLine line, Publication publication) {
    boolean isNeeded() {
      return !line.state().equals("expired");
    }

    boolean isRight() {
      return publication.state() == Publication.State.PUBLISHED;
    }
  }

  @Override
  public Integer call() {
    DkimHome files = new DkimHome(home.home(), Clock.systemUTC());
    String whose = domain == null ? null : DkimHome.name(domain);
    TableReading reading = files.read(spec.commandLine());
    List<SigningDomain> domains =
        whose == null ? reading.table().domains() : DkimHome.named(reading, whose);
    if (domains.stream().allMatch(each -> each.keys().isEmpty())) {
      String of = whose == null ? "" : " of " + whose;
      throw new CommandFailure(ExitCodes.USAGE, "there is no key" + of + " in conf/dkim.xml");
    }
    PublicationCheck check = new PublicationCheck(dns());
    List<Checked> all =
        DkimKeyLine.all(domains, files.clock().instant())
            .map(line -> new Checked(line, check.of(line.domain().signs(), line.key())))
            .toList();
    print(all, files);
    return exitCode(all);
  }

  private Dns dns() {
    try {
      return nameServer == null
          ? NameServerOption.configured(home.home().conf())
          : NameServerOption.dns(nameServer);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCodes.USAGE, "--name-server: " + e.getMessage(), e);
    }
  }

  private static int exitCode(List<Checked> all) {
    List<Checked> wrong =
        all.stream().filter(each -> each.line().isActive() && !each.isRight()).toList();
    boolean onlyUnknown =
        wrong.stream().allMatch(each -> each.publication().state() == Publication.State.UNKNOWN);
    if (wrong.isEmpty()) {
      return ExitCodes.OK;
    }
    return onlyUnknown ? ExitCodes.UNAVAILABLE : ExitCodes.BAD_CONFIGURATION;
  }

  private void print(List<Checked> all, DkimHome files) {
    PrintWriter out = spec.commandLine().getOut();
    ArrayNode array = new ObjectMapper().createArrayNode();
    for (Checked each : all) {
      if (json) {
        fill(array.addObject(), each, files);
      } else {
        out.println(each.line().name() + ": " + each.publication());
        advice(out, each);
      }
    }
    if (json) {
      out.println(array);
    }
    out.flush();
  }

  private static void fill(ObjectNode node, Checked each, DkimHome files) {
    each.line().fill(node, files.conf());
    RecordText record = RecordText.of(each.line().domain().signs(), each.line().key());
    node.put("dns", each.publication().state().words())
        .put("detail", each.publication().detail())
        .put("name", record.name())
        .put("value", record.value());
  }

  private void advice(PrintWriter out, Checked each) {
    RecordText record = RecordText.of(each.line().domain().signs(), each.line().key());
    switch (each.publication().state()) {
      case MISSING, OTHER, UNUSABLE, REVOKED -> {
        if (each.isNeeded()) {
          out.println("  publish " + record.zoneLine());
        }
      }
      case SHORT ->
          out.println("  make a longer one: posthouse dkim rotate " + each.line().domain().whose());
      case TESTING -> out.println("  take t=y out of the record " + record.name());
      case PUBLISHED -> {
        if (!each.isNeeded()) {
          out.println("  remove " + record.name() + " a week after the key has expired");
        }
      }
      case UNKNOWN -> {
        String asked = nameServer == null ? "the servers of dnsservice.xml" : nameServer;
        out.println("  " + asked + " gave no answer: ask again");
      }
    }
  }
}
