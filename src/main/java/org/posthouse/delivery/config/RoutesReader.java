/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.posthouse.config.Settings;
import org.posthouse.delivery.config.Conditions.Attribute;
import org.posthouse.delivery.config.Route.Target;
import org.posthouse.routing.NextHop.Smarthost;

/** Reads {@code <routes>}. */
final class RoutesReader {
  private static final String RECIPIENT = "[@recipientDomain]";
  private static final String SENDER = "[@senderDomain]";
  private static final String LOGIN = "[@login]";
  private static final String ATTRIBUTE = "[@attribute]";

  private final TargetReader targets;
  private final SourcesReader sources;

  RoutesReader(TargetReader targets, SourcesReader sources) {
    this.targets = targets;
    this.sources = sources;
  }

  List<ConditionalRoute> read(Settings routes) {
    List<Written> all = new ArrayList<>();
    List<ConditionalRoute> usable = new ArrayList<>();
    for (Settings part : routes.parts("route")) {
      int problems = routes.problems().size();
      Conditions conditions = conditions(part);
      boolean sure = routes.problems().size() == problems;
      Written written = new Written(all.size() + 1, part.line(""), conditions, sure);
      all.stream()
          .filter(before -> before.takesAllOf(written))
          .findFirst()
          .ifPresent(before -> part.problem("", "no mail comes here: " + before + " takes it all"));
      all.add(written);
      route(part, written).ifPresent(route -> usable.add(new ConditionalRoute(conditions, route)));
    }
    return List.copyOf(usable);
  }

  /**
   * A route as far as it concerns those after it.
   *
   * @param sure whether the conditions could be read
   */
  private record Written(int number, int line, Conditions conditions, boolean sure) {
    boolean takesAllOf(Written later) {
      return sure && later.sure && conditions.cover(later.conditions);
    }

    @Override
    public String toString() {
      return Route.name(number, line);
    }
  }

  private static Conditions conditions(Settings part) {
    return new Conditions(
        part.read(RECIPIENT, List.<DomainPattern>of(), DomainPattern::list),
        part.read(SENDER, List.<DomainPattern>of(), DomainPattern::list),
        part.read(LOGIN, Set.<String>of(), RoutesReader::logins),
        part.read(ATTRIBUTE, Optional.empty(), text -> Optional.of(Attribute.parse(text))));
  }

  private static Set<String> logins(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\s+", -1))
        .collect(Collectors.toUnmodifiableSet());
  }

  private Optional<Route> route(Settings part, Written written) {
    Optional<Target> target = targets.target(part);
    Optional<Smarthosts> smarthosts =
        part.parts("smarthosts").isEmpty()
            ? Optional.empty()
            : Optional.of(targets.smarthosts(part.section("smarthosts")));
    List<Smarthost> fallback =
        part.parts("fallback").isEmpty() ? List.of() : targets.fallback(part.section("fallback"));
    Optional<SourcePool> pool =
        part.parts("source").isEmpty() ? Optional.empty() : sources.pool(part.section("source"));
    target
        .filter(each -> each == Target.DISCARD || each == Target.HOLD)
        .ifPresent(each -> refuse(part, "fallback", "source"));
    return target.map(
        to -> new Route(written.number(), written.line(), to, smarthosts, fallback, pool));
  }

  private static void refuse(Settings part, String... elements) {
    for (String element : elements) {
      if (!part.parts(element).isEmpty()) {
        part.problem(element, "it has no sense where nothing is sent");
      }
    }
  }
}
