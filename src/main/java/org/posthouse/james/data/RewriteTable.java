/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.data;

import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.rrt.file.XMLRecipientRewriteTable;

/**
 * The mappings of {@code conf/recipientrewritetable.xml}, read at start. Unlike stock's table of
 * that format it may be empty, as the samples of James' database-backed servers are.
 */
public final class RewriteTable extends XMLRecipientRewriteTable {
  @Override
  protected void doConfigure(HierarchicalConfiguration<ImmutableNode> configuration)
      throws ConfigurationException {
    if (configuration.getStringArray("mapping").length > 0) {
      super.doConfigure(configuration);
    }
  }
}
