/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.posthouse.dkim.SignedFields;
import org.posthouse.message.HeaderField;

/**
 * The sets of a message.
 *
 * @param sets from instance 1 on; empty when there is no chain or it has a problem
 * @param problem what is wrong with the form of the chain; empty for a sound chain or none
 * @param highest the highest instance that any field claims, 0 when there is none
 */
record ArcChain(List<ArcSet> sets, Optional<String> problem, int highest) {
  static final String RESULTS = "arc-authentication-results";
  static final String MESSAGE = "arc-message-signature";
  static final String SEAL = "arc-seal";

  /** The fields of one name, each at the place of its instance. */
  private static final class Places {
    private final List<HeaderField> byInstance = new ArrayList<>();
    private String problem = "";
    private int highest;

    Places(List<HeaderField> fields, Function<HeaderField, Optional<Integer>> instance) {
      HeaderField[] places = new HeaderField[ArcInstance.MAX + 1];
      for (HeaderField field : fields) {
        int number = instance.apply(field).orElse(0);
        if (number == 0 || places[number] != null) {
          problem = field.name() + (number == 0 ? " has no valid i=" : " comes twice");
        }
        places[number] = field;
        highest = Math.max(highest, number);
      }
      for (int i = 1; i <= highest; i++) {
        if (places[i] != null) {
          byInstance.add(places[i]);
        }
      }
    }

    /** Whether there is one for each instance. */
    boolean isComplete() {
      return byInstance.size() == highest;
    }
  }

  /** Whether there is anything of a chain, sound or not. */
  boolean exists() {
    return highest > 0 || problem.isPresent();
  }

  static ArcChain of(SignedFields fields) {
    Places results = new Places(fields.named(RESULTS), ArcInstance::ofResults);
    Places messages = new Places(fields.named(MESSAGE), ArcInstance::ofSignature);
    Places seals = new Places(fields.named(SEAL), ArcInstance::ofSignature);
    int highest = Math.max(results.highest, Math.max(messages.highest, seals.highest));
    for (Places places : List.of(results, messages, seals)) {
      if (!places.problem.isEmpty()) {
        return broken(places.problem, highest);
      }
    }
    for (Places places : List.of(results, messages, seals)) {
      if (places.highest != highest || !places.isComplete()) {
        return broken("a set is not complete", highest);
      }
    }
    return sets(results, messages, seals, highest);
  }

  private static ArcChain sets(Places results, Places messages, Places seals, int highest) {
    List<ArcSet> sets = new ArrayList<>();
    for (int i = 0; i < highest; i++) {
      Optional<ArcSet> set =
          ArcSet.read(
              i + 1,
              results.byInstance.get(i),
              messages.byInstance.get(i),
              seals.byInstance.get(i));
      if (set.isEmpty()) {
        return broken("a signature is no tag list", highest);
      }
      sets.add(set.get());
    }
    return new ArcChain(List.copyOf(sets), Optional.empty(), highest);
  }

  private static ArcChain broken(String problem, int highest) {
    return new ArcChain(List.of(), Optional.of(problem), highest);
  }
}
