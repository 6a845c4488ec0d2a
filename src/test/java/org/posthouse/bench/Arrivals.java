/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has arrived at the hosts of the bench. The local part of a recipient says which mail it is
 * (m12), or when it was due as well (d1764352500123-12). All calls come from one thread.
 */
final class Arrivals {
  private static final Pattern MAIL = Pattern.compile("(?:m|d([0-9]+)-)([0-9]+)@(.*)");

  private final Map<BenchDomain.Kind, Count> counts = new EnumMap<>(BenchDomain.Kind.class);
  private final BitSet seen = new BitSet();
  private final List<String> due = new ArrayList<>();
  private int copies;

  private static final class Count {
    private final Set<String> domains = new HashSet<>();
    private int connections;
    private int open;
    private int mostOpen;
    private int mails;
    private long first;
    private long last;
  }

  private Count count(BenchDomain.Kind kind) {
    return counts.computeIfAbsent(kind, k -> new Count());
  }

  void connected(BenchDomain.Kind kind) {
    Count count = count(kind);
    count.connections++;
    count.open++;
    count.mostOpen = Math.max(count.mostOpen, count.open);
  }

  void disconnected(BenchDomain.Kind kind) {
    count(kind).open--;
  }

  void accepted(BenchDomain.Kind kind, String recipient) {
    long now = System.currentTimeMillis();
    Count count = count(kind);
    count.mails++;
    count.first = count.first == 0 ? now : count.first;
    count.last = now;
    Matcher matcher = MAIL.matcher(recipient);
    if (!matcher.matches()) {
      return; // smtp-source's, which are all alike
    }
    int number = Integer.parseInt(matcher.group(2));
    if (seen.get(number)) {
      copies++;
    }
    seen.set(number);
    count.domains.add(matcher.group(3));
    if (matcher.group(1) != null) {
      due.add(String.valueOf(now - Long.parseLong(matcher.group(1))));
    }
  }

  /** Writes a line of JSON with all counts, and the lateness of who arrived since the last one. */
  void report(PrintStream output) {
    StringBuilder line = new StringBuilder("{\"now\":").append(System.currentTimeMillis());
    for (BenchDomain.Kind kind : BenchDomain.Kind.values()) {
      Count count = count(kind);
      line.append(
          String.format(
              Locale.ROOT,
              ",\"%s\":{\"mails\":%d,\"domains\":%d,\"connections\":%d,\"open\":%d,"
                  + "\"most_open\":%d,\"first\":%d,\"last\":%d}",
              kind.name().toLowerCase(Locale.ROOT),
              count.mails,
              count.domains.size(),
              count.connections,
              count.open,
              count.mostOpen,
              count.first,
              count.last));
    }
    line.append(",\"copies\":").append(copies);
    line.append(",\"late_ms\":[").append(String.join(",", due)).append("]}");
    due.clear();
    output.println(line);
  }
}
