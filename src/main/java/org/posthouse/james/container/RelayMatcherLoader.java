/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.mailetcontainer.api.MatcherLoader;
import org.apache.james.utils.ClassName;
import org.apache.james.utils.ExtendedClassLoader;
import org.apache.james.utils.GuiceGenericLoader;
import org.apache.mailet.Matcher;
import org.apache.mailet.MatcherConfig;

/** Loads matchers: ours by their short names, then stock's, then any by its full name. */
public final class RelayMatcherLoader implements MatcherLoader, NameCheck {
  private static final List<String> PACKAGES =
      List.of("org.posthouse.matchers", "org.apache.james.transport.matchers");

  private final GuiceGenericLoader loader;
  private final ShortNames names;

  @Inject
  public RelayMatcherLoader(GuiceGenericLoader loader, ExtendedClassLoader classes) {
    this.loader = loader;
    this.names = new ShortNames("matcher", Matcher.class, PACKAGES, classes);
  }

  @Override
  public Matcher getMatcher(MatcherConfig config) throws MessagingException {
    String name = config.getMatcherName();
    ClassName className = names.require(name);
    try {
      Matcher matcher = loader.instantiate(className);
      matcher.init(config);
      return matcher;
    } catch (Exception e) {
      throw new MessagingException("matcher " + name + " cannot be loaded", e);
    }
  }

  /** The full name of the class that a name in the configuration means. */
  String className(String name) throws MessagingException {
    return names.require(name).getName();
  }

  @Override
  public Optional<String> problem(String name) {
    return names.problem(name);
  }

  @Override
  public Optional<String> type(String name) {
    return names.type(name);
  }
}
