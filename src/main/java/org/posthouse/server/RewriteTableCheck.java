/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.james.core.Domain;
import org.apache.james.rrt.lib.Mapping;
import org.apache.james.rrt.lib.MappingSource;
import org.apache.james.rrt.lib.MappingsImpl;
import org.posthouse.james.data.RewriteTable;

/** One {@code mapping} of recipientrewritetable.xml, taken apart as James takes it apart. */
final class RewriteTableCheck {
  private static final String REGEX = "regex:";

  private RewriteTableCheck() {}

  /** What is wrong in words, an element may hold several mappings, separated by commas. */
  static List<String> problems(String text) {
    List<String> problems = new ArrayList<>();
    for (String item : text.split(",", -1)) {
      try {
        if (!item.isEmpty()) {
          check(item.trim());
        }
      } catch (RuntimeException e) {
        problems.add("'" + item.trim() + "' is no mapping: " + e.getMessage());
      }
    }
    return problems;
  }

  private static void check(String item) {
    int equals = item.indexOf('=');
    if (equals < 0 || equals == item.length() - 1 || equals == 0) {
      throw new IllegalArgumentException("write recipient=target");
    }
    String target = item.substring(equals + 1).trim().toLowerCase(Locale.US);
    MappingSource unused =
        MappingSource.parse(item.substring(0, equals).trim().toLowerCase(Locale.US));
    MappingsImpl mappings = MappingsImpl.fromRawString(target);
    for (String each : mappings.asStrings()) {
      if (each.startsWith(REGEX)) {
        checkRegex(each.substring(REGEX.length()));
      } else {
        checkAddress(Mapping.of(each));
      }
    }
  }

  /** A target without a domain gets the default one later. */
  private static void checkAddress(Mapping mapping) {
    boolean leadsToAddress =
        switch (mapping.getType()) {
          case Address, Alias, Forward, Group -> true;
          case Domain, DomainAlias, Error, Regex -> false;
        };
    if (leadsToAddress
        && !RewriteTable.isAddress(mapping.appendDomainIfNone(() -> Domain.LOCALHOST))) {
      throw new IllegalArgumentException("'" + mapping.getMappingValue() + "' is no address");
    }
  }

  private static void checkRegex(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("write regex:expression:replacement");
    }
    Pattern unused = Pattern.compile(parts[0]);
  }
}
