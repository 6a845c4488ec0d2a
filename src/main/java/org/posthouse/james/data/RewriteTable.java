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
 * the mail goes to the error processor of {@code RecipientRewriteTable}.
 *
 * <p>An element {@code file} names a table in Postfix' text form, which is read again when it has
 * changed. It is asked for addresses that no {@code mapping} is for.
 */
public final class RewriteTable extends XMLRecipientRewriteTable {
  private final FileSystem files;

  private AddressRewriting table = AddressRewriting.NONE;

  @Inject
  public RewriteTable(FileSystem files) {
    this.files = files;
  }

  @Override
  protected void doConfigure(HierarchicalConfiguration<ImmutableNode> configuration)
      throws ConfigurationException {
    if (configuration.getStringArray("mapping").length > 0) {
      super.doConfigure(configuration);
    }
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
  protected Mappings mapAddress(String user, Domain domain) {
    Mappings written = super.mapAddress(user, domain);
    return written.isEmpty() ? inFile(user, domain) : withItself(written, user, domain);
  }

  /** Stock forgets the other targets of an address that is mapped to itself, unless it forwards. */
  private static Mappings withItself(Mappings written, String user, Domain domain) {
    String self = user + "@" + domain.asString();
    return MappingsImpl.fromMappings(
        written
            .asStream()
            .map(
                mapping ->
                    mapping.getType() == Mapping.Type.Address
                            && mapping.getMappingValue().equalsIgnoreCase(self)
                        ? Mapping.forward(mapping.getMappingValue())
                        : mapping));
  }

  /** What differs in letter case only would be looked up without end. */
  private Mappings inFile(String user, Domain domain) {
    Optional<Address> address = Address.parse(user + "@" + domain.asString());
    Optional<Address> target =
        address.flatMap(table::rewrite).filter(to -> !to.isSameAs(address.get()));
    return target
        .<Mappings>map(to -> MappingsImpl.builder().add(Mapping.address(to.toString())).build())
        .orElseGet(MappingsImpl::empty);
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
