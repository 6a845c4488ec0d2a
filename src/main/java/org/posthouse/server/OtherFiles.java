/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.mail.internet.AddressException;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.james.util.DurationParser;
import org.posthouse.config.Settings;
import org.posthouse.james.data.RewriteTable;

/** What James reads in its smaller files; it takes a misspelt element for none. */
final class OtherFiles {
  private static final int MOST = Integer.MAX_VALUE;

  private OtherFiles() {}

  static void mailetContainer(Settings file) {
    file.text("[@enableJmx]");
    file.read("context.postmaster", Optional.empty(), OtherFiles::postmaster);
    file.number("spooler.threads", 1, MOST, 1); // with 0 accepted mail would lie for ever
    file.read(
        "spooler.errorRepository",
        Optional.empty(),
        text -> Optional.of(MailRepositoryUrl.from(text)));
    file.leave("processors");
    file.end();
  }

  private static Optional<MailAddress> postmaster(String text) {
    try {
      return Optional.of(new MailAddress(text.contains("@") ? text : text + "@localhost"));
    } catch (AddressException e) {
      throw new IllegalArgumentException("'" + text + "' is no address: " + e.getMessage(), e);
    }
  }

  static void domainList(Settings file) {
    file.text("[@class]");
    file.truth("autodetect", false);
    file.truth("autodetectIP", false);
    file.read("defaultDomain", Domain.LOCALHOST, Domain::of);
    for (String name : file.texts("domainnames.domainname")) {
      try {
        Domain unused = Domain.of(name);
      } catch (IllegalArgumentException e) {
        file.problem("domainnames.domainname", "'" + name + "' is no domain: " + e.getMessage());
      }
    }
    file.truth("read.cache.enable", false);
    file.read("read.cache.expiracy", Duration.ZERO, DurationParser::parse);
    file.end();
  }

  static void dnsService(Settings file) {
    List<String> servers = file.texts("servers.server");
    for (String server : servers) {
      try {
        InetAddress unused = InetAddress.getByName(server);
      } catch (UnknownHostException e) {
        file.problem("servers.server", "'" + server + "' is no address of a name server");
      }
    }
    file.texts("searchpaths.searchpath");
    if (!file.truth("autodiscover", true) && servers.isEmpty()) {
      file.warning(
          "autodiscover",
          "there is no <servers><server> instead: no name can be looked up, so mail leaves by"
              + " gateways that are addresses only");
    }
    file.truth("authoritative", false);
    file.truth("setAsDNSJavaDefault", true);
    file.truth("verbose", false);
    file.number("maxcachesize", 1, MOST, 1);
    file.number("negativeCacheTTL", -1, MOST, -1);
    file.dead("singleIPperMX", "nothing reads it; remove it");
    file.end();
  }

  static void rewriteTable(Settings file, FileSystem files) {
    file.text("[@class]");
    file.requireContent("file");
    file.problems("file", text -> RewriteTable.problems(files, text));
    for (Settings mapping : file.parts("mapping")) {
      mapping.problems("", RewriteTableCheck::problems);
    }
    file.truth("recursiveMapping", true);
    file.number("mappingLimit", 1, MOST, 10);
    file.end();
  }
}
