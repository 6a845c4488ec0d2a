/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.posthouse.dkim.PublishedKey;
import org.posthouse.dns.Answer;
import org.posthouse.dns.Dns;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;

/**
 * Our own keys in the place of the DNS, for signatures of ours: whether they hold does not depend
 * on what is published. Of all other names it knows nothing. Thread safe.
 */
public final class KnownKeys implements Dns {
  private final Map<String, String> records;

  private KnownKeys(Map<String, String> records) {
    this.records = Map.copyOf(records);
  }

  /**
   * Keys of one domain.
   *
   * @param domain d=
   */
  public static KnownKeys of(String domain, Iterable<TableKey> keys) {
    Map<String, String> records = new HashMap<>();
    keys.forEach(key -> records.put(lower(key.recordName(domain)), key.record()));
    return new KnownKeys(records);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  @Override
  public Answer ask(String name, int type) {
    return answer(name, records.get(lower(name)));
  }

  private static Answer answer(String name, @Nullable String record) {
    if (record == null) {
      return Answer.none(Answer.Status.NO_SUCH_NAME);
    }
    try {
      Name owner = Name.fromString(name, Name.root);
      Record text = new TXTRecord(owner, DClass.IN, 0, PublishedKey.strings(record));
      return new Answer(Answer.Status.FOUND, List.of(text));
    } catch (TextParseException e) {
      return Answer.none(Answer.Status.NO_SUCH_NAME);
    }
  }
}
