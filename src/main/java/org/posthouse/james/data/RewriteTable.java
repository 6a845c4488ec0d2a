/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.data;

import java.util.EnumSet;
import java.util.Optional;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.james.rrt.file.XMLRecipientRewriteTable;
import org.apache.james.rrt.lib.Mapping;
import org.apache.james.rrt.lib.Mappings;

/**
 * The mappings of {@code conf/recipientrewritetable.xml}, read at start. Unlike stock's table of
 * that format it may be empty, as the samples of James' database-backed servers are. And where a
 * mapping leads to something that is no address, which stock would drop with the mail, it fails:
 * the mail goes to the error processor of {@code RecipientRewriteTable}.
 */
public final class RewriteTable extends XMLRecipientRewriteTable {
  @Override
  protected void doConfigure(HierarchicalConfiguration<ImmutableNode> configuration)
      throws ConfigurationException {
    if (configuration.getStringArray("mapping").length > 0) {
      super.doConfigure(configuration);
    }
  }

  @Override
  public Mappings getResolvedMappings(String user, Domain domain, EnumSet<Mapping.Type> types)
      throws ErrorMappingException, RecipientRewriteTableException {
    Mappings mappings = super.getResolvedMappings(user, domain, types);
    Optional<Mapping> broken =
        mappings.asStream().filter(mapping -> !isAddress(mapping)).findFirst();
    if (broken.isPresent()) {
      throw new RecipientRewriteTableException(
          "the mapping of "
              + user
              + "@"
              + domain.asString()
              + " leads to '"
              + broken.get().getMappingValue()
              + "', which is no address");
    }
    return mappings;
  }

  /** Whether mail can be sent there: stock drops what JavaMail does not take for an address. */
  public static boolean isAddress(Mapping mapping) {
    return mapping.asMailAddress().flatMap(MailAddress::toInternetAddress).isPresent();
  }
}
