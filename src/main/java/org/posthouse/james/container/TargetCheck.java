/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.james.mailetcontainer.impl.MatcherMailetPair;
import org.apache.mailet.Mailet;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.ProcessingState;
import org.jspecify.annotations.Nullable;
import org.posthouse.spelling.NearestName;

/** Checks, when all is loaded, that everything is there that a mailet sends mail to or asks. */
final class TargetCheck {
  private TargetCheck() {}

  static void check(Findings findings, RelayProcessors processors, ConfiguredProcessor chain) {
    if (!(processors.getProcessor(chain.name()) instanceof RelayProcessor processor)) {
      return;
    }
    List<MatcherMailetPair> pairs = processor.getPairs();
    for (int i = 0; i < pairs.size() && i < chain.mailets().size(); i++) {
      Place place = chain.mailets().get(i).place();
      missing(processors, pairs.get(i).getMailet())
          .forEach(name -> findings.error(place, text(processors, name)));
      if (pairs.get(i).getMailet() instanceof LateCheck late) {
        late.problems().forEach(problem -> findings.error(place, problem));
      }
    }
  }

  private static String text(RelayProcessors processors, String name) {
    return "there is no processor '"
        + name
        + "'"
        + NearestName.of(name, Arrays.stream(processors.getProcessorStates()))
            .map(nearest -> "; did you mean '" + nearest + "'?")
            .orElse("");
  }

  private static Stream<String> missing(RelayProcessors processors, Mailet mailet) {
    List<String> known = List.of(processors.getProcessorStates());
    MailetConfig config = mailet.getMailetConfig();
    // A mail's state must be the exact name; what an exception leads to is looked up by us.
    Stream<String> states =
        mailet.requiredProcessingState().stream()
            .map(ProcessingState::getValue)
            .filter(state -> !known.contains(state));
    Stream<String> reactions =
        Stream.concat(
                reaction(config.getInitParameter("onMailetException"), "ignore"),
                reaction(config.getInitParameter("onMatchException"), "nomatch", "matchall"))
            .filter(name -> ProcessorNames.find(known, name).isEmpty());
    return Stream.concat(states, reactions).distinct();
  }

  private static Stream<String> reaction(@Nullable String value, String... words) {
    if (value == null) {
      return Stream.empty();
    }
    String name = value.trim();
    return Stream.concat(Stream.of("propagate"), Stream.of(words)).anyMatch(name::equalsIgnoreCase)
        ? Stream.empty()
        : Stream.of(name);
  }
}
