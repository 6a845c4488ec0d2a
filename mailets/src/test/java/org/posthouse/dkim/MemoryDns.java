/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.posthouse.dns.Answer;
import org.posthouse.dns.Dns;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** A DNS of nothing but texts, in memory. */
public final class MemoryDns implements Dns {
  private final Map<String, List<String>> texts = new HashMap<>();
  private final List<String> failing = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();

  /** Adds a record; a name may have several. */
  public MemoryDns text(String name, String text) {
    texts.computeIfAbsent(name.toLowerCase(Locale.ROOT), unused -> new ArrayList<>()).add(text);
    return this;
  }

  /** Lets the servers of a name fail. */
  public MemoryDns failing(String name) {
    failing.add(name);
    return this;
  }

  public List<String> asked() {
    return asked;
  }

  public Map<String, List<String>> texts() {
    return texts;
  }

  @Override
  public Answer ask(String name, int type) {
    asked.add(name);
    if (failing.contains(name)) {
      return Answer.none(Answer.Status.TEMPORARY);
    }
    List<String> found = texts.get(name.toLowerCase(Locale.ROOT));
    if (found == null || type != Type.TXT) {
      return Answer.none(Answer.Status.NO_SUCH_NAME);
    }
    return new Answer(Answer.Status.FOUND, found.stream().map(t -> record(name, t)).toList());
  }

  private static Record record(String name, String text) {
    StringBuilder quoted = new StringBuilder();
    for (String string : PublishedKey.strings(text)) {
      quoted.append('"');
      // As master files write any octet (RFC 1035 section 5.1).
      string.chars().forEach(c -> quoted.append(String.format(Locale.ROOT, "\\%03d", c)));
      quoted.append("\" ");
    }
    try {
      Name owner = Name.fromString(name, Name.root);
      return Record.fromString(owner, Type.TXT, DClass.IN, 60, quoted.toString(), Name.root);
    } catch (IOException e) {
      throw new IllegalArgumentException(name, e);
    }
  }
}
