/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.mailetcontainer.api.MailetLoader;
import org.apache.james.utils.ClassName;
import org.apache.james.utils.ExtendedClassLoader;
import org.apache.james.utils.GuiceGenericLoader;
import org.apache.james.utils.MailetConfigurationOverride;
import org.apache.mailet.Mailet;
import org.apache.mailet.MailetConfig;

/** Loads mailets: ours by their short names, then stock's, then any by its full name. */
public final class RelayMailetLoader implements MailetLoader, NameCheck {
  private static final List<String> PACKAGES =
      List.of("org.posthouse.mailets", "org.posthouse.james", "org.apache.james.transport.mailets");

  private final GuiceGenericLoader loader;
  private final Set<MailetConfigurationOverride> overrides;
  private final ShortNames names;

  @Inject
  public RelayMailetLoader(
      GuiceGenericLoader loader,
      ExtendedClassLoader classes,
      Set<MailetConfigurationOverride> overrides) {
    this.loader = loader;
    this.overrides = overrides;
    this.names = new ShortNames("mailet", Mailet.class, PACKAGES, classes);
  }

  @Override
  public Mailet getMailet(MailetConfig config) throws MessagingException {
    String name = config.getMailetName();
    ClassName className = names.require(name);
    try {
      Mailet mailet = loader.instantiate(className);
      mailet.init(effective(mailet, config));
      return mailet;
    } catch (Exception e) {
      throw new MessagingException(failure(name), e);
    }
  }

  static String failure(String name) {
    return "mailet " + name + " cannot be loaded";
  }

  private MailetConfig effective(Mailet mailet, MailetConfig config) {
    return overrides.stream()
        .filter(override -> override.getClazz().equals(mailet.getClass()))
        .map(MailetConfigurationOverride::getNewConfiguration)
        .findFirst()
        .orElse(config);
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
