/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.filesystem.api.FileSystem;
import org.posthouse.tls.UrlFiles;

/** How James' files and configuration meet those of our TLS. */
final class TlsElements {
  private static final String FIRST = "certificate(0).";

  private TlsElements() {}

  /** Files as James finds them. */
  static UrlFiles files(FileSystem files) {
    return url -> files.getFile(url).toPath().normalize();
  }

  /**
   * The same doors with the first {@code certificate} of each written in stock's form, without
   * which stock's reader, which cannot be passed by, refuses a door with TLS.
   */
  static HierarchicalConfiguration<ImmutableNode> inStocksForm(
      HierarchicalConfiguration<ImmutableNode> servers) {
    HierarchicalConfiguration<ImmutableNode> copy = new BaseHierarchicalConfiguration(servers);
    for (int i = servers.configurationsAt("smtpserver").size() - 1; i >= 0; i--) {
      moveFirst(copy, "smtpserver(" + i + ").tls.");
    }
    return copy;
  }

  private static void moveFirst(HierarchicalConfiguration<ImmutableNode> all, String tls) {
    boolean stocks =
        Stream.of("keystore", "privateKey", "certificates")
            .anyMatch(key -> all.containsKey(tls + key));
    Map<String, String> first = new TreeMap<>();
    for (String key : List.of("privateKey", "certificates", "chain", "secret")) {
      String value = all.getString(tls + FIRST + key);
      if (value != null) {
        first.put(key, value);
      }
    }
    if (!stocks && !first.isEmpty()) {
      all.clearTree(tls + FIRST.substring(0, FIRST.length() - 1));
      first.forEach((key, value) -> all.addProperty(tls + key, value));
    }
  }
}
