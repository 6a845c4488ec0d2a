/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.james.rrt.file.XMLRecipientRewriteTable;
import org.apache.james.rrt.lib.Mapping;
import org.apache.james.rrt.lib.Mappings;
import org.apache.james.rrt.lib.MappingsImpl;
import org.posthouse.config.NamedFile;
import org.posthouse.rewriting.Address;
import org.posthouse.rewriting.AddressRewriting;
import org.posthouse.rewriting.AddressTableFile;
import org.posthouse.rewriting.RulesException;
import org.posthouse.rewriting.TableOptions;

/**
 * The mappings of {@code conf/recipientrewritetable.xml}, read at start. Unlike stock's table of
 * that format it may be empty, as the samples of James' database-backed servers are. And where a
 * mapping leads to something that is no address, which stock would drop with the mail, it fails:
 * the mail goes to the error processor of {@code RecipientRewriteTable}. It keeps the letter case
 * of local parts, and the other targets of who is mapped to himself, and knows what it is not to
 * look targets up again, all of which stock's does not.
 *
 * <p>An element {@code file} names a table in Postfix' text form, which is read again when it has
 * changed. It is asked for addresses that no {@code mapping} is for.
 */
public final class RewriteTable extends XMLRecipientRewriteTable {
  private final FileSystem files;

  private WrittenMappings written = new WrittenMappings();
  private AddressRewriting table = AddressRewriting.NONE;

  @Inject
  public RewriteTable(FileSystem files) {
    this.files = files;
  }

  @Override
  protected void doConfigure(HierarchicalConfiguration<ImmutableNode> configuration)
      throws ConfigurationException {
    String[] mappings = configuration.getStringArray("mapping");
    if (mappings.length > 0) {
      super.doConfigure(configuration);
    }
    written = new WrittenMappings(mappings);
    String file = configuration.getString("file", "");
    if (!file.isEmpty()) {
      table = open(file);
    }
  }

  private AddressTableFile open(String file) throws ConfigurationException {
    try {
      return AddressTableFile.open(locate(files, file), TableOptions.DEFAULT);
    } catch (IOException | RulesException e) {
      throw new ConfigurationException("<file> " + file + ": " + e.getMessage(), e);
    }
  }

  /** All that is wrong with such a file, with its lines. */
  public static List<String> problems(FileSystem files, String file) {
    try {
      Path path = locate(files, file);
      Optional<String> unreadable = NamedFile.problem(path);
      if (unreadable.isPresent()) {
        return List.of(unreadable.get());
      }
      AddressTableFile unused = AddressTableFile.open(path, TableOptions.DEFAULT);
      return List.of();
    } catch (RulesException e) {
      return e.problems();
    } catch (IOException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  /** As the mailets' files are found. */
  private static Path locate(FileSystem files, String file) throws FileNotFoundException {
    if (file.contains("://")) {
      return files.getFile(file).toPath();
    }
    Path path = Path.of(file);
    return path.isAbsolute() ? path : files.getFile("file://conf/" + file).toPath();
  }

  @Override
  public Mappings getResolvedMappings(String user, Domain domain, EnumSet<Mapping.Type> types)
      throws ErrorMappingException, RecipientRewriteTableException {
    Optional<Address> address = Address.parse(user + "@" + domain.asString());
    if (address.isEmpty()) {
      return MappingsImpl.empty();
    }
    int limit = getConfiguration().getMappingLimit(); // 0 where targets are not looked up
    return MappingsImpl.fromMappings(
        new Expansion(written, table, types, limit)
            .of(address.get()).stream().map(Mapping::address));
  }

  /** Whether mail can be sent there: stock drops what JavaMail does not take for an address. */
  public static boolean isAddress(Mapping mapping) {
    return mapping.asMailAddress().flatMap(MailAddress::toInternetAddress).isPresent();
  }
}
