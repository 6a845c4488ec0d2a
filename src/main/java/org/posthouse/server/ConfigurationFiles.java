/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.apache.james.util.LoggingLevel;
import org.posthouse.config.XmlElement;

/**
 * The XML files of conf/, each parsed once: those who read one part of a file share it. Nobody
 * changes what it is given; James changes copies.
 */
final class ConfigurationFiles implements ConfigurationProvider {
  private final Path conf;
  private final ConfigurationProvider files;
  private final Map<String, HierarchicalConfiguration<ImmutableNode>> parsed =
      new ConcurrentHashMap<>();

  ConfigurationFiles(Path conf, ConfigurationProvider files) {
    this.conf = conf;
    this.files = files;
  }

  @Override
  public HierarchicalConfiguration<ImmutableNode> getConfiguration(
      String component, LoggingLevel levelWhenMissing) throws ConfigurationException {
    HierarchicalConfiguration<ImmutableNode> known = parsed.get(component);
    if (known != null) {
      return known;
    }
    // Commons Configuration would also print it, raw, on the terminal.
    Optional<String> problem = XmlElement.problem(conf.resolve(component + ".xml"));
    if (problem.isPresent()) {
      throw new ConfigurationException(problem.get());
    }
    HierarchicalConfiguration<ImmutableNode> read =
        files.getConfiguration(component, levelWhenMissing);
    parsed.put(component, read);
    return read;
  }
}
