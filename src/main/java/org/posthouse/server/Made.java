/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import com.google.inject.AbstractModule;
import com.google.inject.matcher.Matchers;
import com.google.inject.spi.ProvisionListener;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The parts that the injector has made so far. To ask the injector itself for a part would make it:
 * a start that failed must not open, while it stops, what it never had.
 */
final class Made extends AbstractModule implements ProvisionListener {
  private final List<Class<?>> watched;
  private final Map<Class<?>, Object> parts = new ConcurrentHashMap<>();

  /**
   * @param watched classes of which the server has one object at most
   */
  Made(List<Class<?>> watched) {
    this.watched = watched;
  }

  @Override
  protected void configure() {
    bindListener(Matchers.any(), this);
  }

  @Override
  public <T> void onProvision(ProvisionInvocation<T> provision) {
    T part = provision.provision();
    for (Class<?> type : watched) {
      if (type.isInstance(part)) {
        parts.put(type, part);
      }
    }
  }

  /** The part of a class; empty when there is none. */
  <T> Optional<T> find(Class<T> type) {
    return Optional.ofNullable(type.cast(parts.get(type)));
  }
}
