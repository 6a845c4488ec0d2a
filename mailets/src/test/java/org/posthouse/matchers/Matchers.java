/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.matchers;

import org.apache.mailet.base.GenericMatcher;
import org.apache.mailet.base.test.FakeMatcherConfig;

/** Makes matchers of ours as a container does. */
final class Matchers {
  private Matchers() {}

  static GenericMatcher of(String name, String condition) throws Exception {
    GenericMatcher matcher =
        Class.forName("org.posthouse.matchers." + name)
            .asSubclass(GenericMatcher.class)
            .getConstructor()
            .newInstance();
    matcher.init(FakeMatcherConfig.builder().matcherName(name).condition(condition).build());
    return matcher;
  }
}
