/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.arc;

import static java.util.function.Predicate.not;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.posthouse.message.HeaderField;

/**
 * The newest sets of a message that comes by once more: those that this host has added as it came
 * by before. They have never left, so that they may be taken off and made anew; sets that came with
 * the message stay, whoever made them.
 */
public final class AddedSets {
  private static final Map<String, Function<HeaderField, Optional<Integer>>> NUMBERS =
      Map.of(
          ArcChain.RESULTS, ArcInstance::ofResults,
          ArcChain.MESSAGE, ArcInstance::ofSignature,
          ArcChain.SEAL, ArcInstance::ofSignature);

  private final int first;

  private AddedSets(int first) {
    this.first = first;
  }

  /** Those from an instance on. */
  public static AddedSets from(int first) {
    return new AddedSets(first);
  }

  /** This host has added none. */
  public static AddedSets none() {
    return new AddedSets(ArcInstance.MAX + 1);
  }

  /** Whether a field is one of theirs; one whose number cannot be read is not. */
  public boolean has(HeaderField field) {
    if (field.removed()) {
      return false;
    }
    return NUMBERS.entrySet().stream()
        .filter(each -> field.is(each.getKey()))
        .flatMap(each -> each.getValue().apply(field).stream())
        .anyMatch(number -> number >= first);
  }

  /** The fields of the message as it came to the sealer, from the top. */
  public List<HeaderField> without(List<HeaderField> fields) {
    return fields.stream().filter(not(this::has)).toList();
  }

  /** What the first of them says of the chain below; empty where there is none that says it. */
  public Optional<ArcStatus> received(ArcResult chain) {
    return chain.sets().stream()
        .filter(set -> set.instance() == first)
        .map(ArcSet::chainValidation)
        .flatMap(word -> ArcStatus.of(word).stream())
        .findFirst();
  }
}
