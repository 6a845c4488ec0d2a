/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.server.core.configuration.ConfigurationProvider;
import org.apache.james.util.LoggingLevel;

/**
 * The XML files of conf/, each parsed once: those who read one part of a file share it. Nobody
 * changes what it is given; James changes copies.
 */
final class ConfigurationFiles implements ConfigurationProvider {
  private final ConfigurationProvider files;
  private final Map<String, HierarchicalConfiguration<ImmutableNode>> parsed =
      new ConcurrentHashMap<>();

  ConfigurationFiles(ConfigurationProvider files) {
    this.files = files;
  }

  @Override
  public HierarchicalConfiguration<ImmutableNode> getConfiguration(
      String component, LoggingLevel levelWhenMissing) throws ConfigurationException {
    HierarchicalConfiguration<ImmutableNode> known = parsed.get(component);
    if (known != null) {
      return known;
    }
    HierarchicalConfiguration<ImmutableNode> read =
        files.getConfiguration(component, levelWhenMissing);
    parsed.put(component, read);
    return read;
  }
}
