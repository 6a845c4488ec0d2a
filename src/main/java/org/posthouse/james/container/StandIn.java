/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import com.google.common.base.Throwables;
import com.google.inject.ConfigurationException;
import java.lang.reflect.Proxy;
import java.util.Map;

/**
 * Takes the place of a part of the server while there is none: it has some answers, and fails when
 * it is asked for others.
 */
final class StandIn {
  private StandIn() {}

  private static final class NoServer extends UnsupportedOperationException {
    private static final long serialVersionUID = 1;

    NoServer(String asked) {
      super(asked);
    }
  }

  /**
   * A part that is not there.
   *
   * @param type an interface
   * @param answers by names of methods
   */
  static <T> T of(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            StandIn.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object answer = answers.get(method.getName());
              if (answer == null) {
                throw new NoServer(method.getName());
              }
              return answer;
            }));
  }

  /** Whether something failed only because there is no server: not for what is configured. */
  static boolean isReasonOf(Throwable failure) {
    return Throwables.getCausalChain(failure).stream()
        .anyMatch(e -> e instanceof NoServer || e instanceof ConfigurationException);
  }
}
