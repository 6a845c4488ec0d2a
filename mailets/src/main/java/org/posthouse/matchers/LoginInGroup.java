/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;

/**
 * Matches mail of identities that are in a group. Groups are separated by commas, since names may
 * hold blanks; case does not count.
 *
 * <pre>{@code
 * <mailet match="LoginInGroup=newsletter, Web Servers" class="ToProcessor">
 *   <processor>bulk</processor>
 * </mailet>
 * }</pre>
 */
public class LoginInGroup extends RightMatcher {
  private Set<String> wanted = Set.of();

  @Override
  void read(String condition) {
    wanted =
        Arrays.stream(condition.toLowerCase(Locale.ROOT).split(",", -1))
            .map(String::trim)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  boolean matches(Mail mail) {
    return mail.getAttribute(RightAttributes.GROUPS)
        .map(attribute -> attribute.getValue().value())
        .filter(Collection.class::isInstance)
        .filter(groups -> ((Collection<?>) groups).stream().anyMatch(this::isWanted))
        .isPresent();
  }

  private boolean isWanted(Object group) {
    Object name = group instanceof AttributeValue<?> value ? value.value() : group;
    return wanted.contains(String.valueOf(name).toLowerCase(Locale.ROOT));
  }

  @Override
  public String getMatcherInfo() {
    return "LoginInGroup=newsletter, printers";
  }
}
