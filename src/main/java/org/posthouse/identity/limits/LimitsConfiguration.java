/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.limits;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.posthouse.config.Settings;
import org.posthouse.identity.KnownNames;

/** All that stands in limits.xml, in its order. */
public record LimitsConfiguration(List<Limit> limits) {
  /** What holds without the file; the file that is shipped says the same. */
  public static final LimitsConfiguration SHIPPED =
      new LimitsConfiguration(
          List.of(
              shipped(
                  "per-identity",
                  Scope.IDENTITY,
                  new Rate(Kind.MESSAGES, 20_000, Duration.ofHours(1)),
                  new Rate(Kind.RECIPIENTS, 100_000, Duration.ofDays(1))),
              shipped(
                  "per-network",
                  Scope.NETWORK,
                  new Rate(Kind.MESSAGES, 1_000_000, Duration.ofHours(1)))));

  public LimitsConfiguration {
    limits = List.copyOf(limits);
  }

  private static Limit shipped(String name, Scope scope, Rate... rates) {
    return new Limit(
        name, scope, Audience.ALL, List.of(rates), 0, 0, 0, Consequence.REFUSE_FOR_NOW);
  }

  /**
   * Reads the file. What is wrong is added to its problems; the values must not be used then.
   *
   * @param conf the directory that the file is in, or is not
   * @param known whom limits may be for
   */
  public static LimitsConfiguration read(Settings file, Path conf, KnownNames known) {
    if (Files.notExists(conf.resolve("limits.xml"))) {
      return SHIPPED;
    }
    List<Limit> limits = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Settings part : file.parts("limit")) {
      Limit limit = LimitReader.read(part);
      known.checkIdentities(part, "[@identities]", limit.audience().identities());
      known.checkGroups(part, "[@groups]", limit.audience().groups());
      if (!limit.name().isEmpty() && !names.add(limit.name())) {
        part.problem("[@name]", "'" + limit.name() + "' is the name of another limit too");
      }
      LooserRates.warn(part, limit, limits);
      limits.add(limit);
    }
    return new LimitsConfiguration(limits);
  }
}
