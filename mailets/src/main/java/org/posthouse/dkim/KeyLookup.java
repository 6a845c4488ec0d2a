/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import org.posthouse.dns.Answer;
import org.posthouse.dns.Dns;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Fetches keys from the DNS (RFC 6376 section 3.6.2). */
public final class KeyLookup {
  /** RFC 6376 leaves open what several records mean: each is tried, up to these. */
  private static final int MAX_RECORDS = 5;

  /** There is no record. */
  public static final Refusal NO_KEY = new Refusal(DkimStatus.PERMERROR, "no key");

  private final Dns dns;

  /** Keys are asked of this. */
  public KeyLookup(Dns dns) {
    this.dns = dns;
  }

  /**
   * Asks for the keys of a selector.
   *
   * @param domain in ASCII, as {@link SignatureField#domain} gives it
   */
  public KeyAnswer find(String domain, String selector) {
    Answer answer = dns.ask(selector + "._domainkey." + domain, Type.TXT);
    return switch (answer.status()) {
      case FOUND -> found(answer.records());
      case NO_SUCH_NAME, NO_SUCH_RECORD -> new KeyAnswer.None(NO_KEY);
      case TEMPORARY -> none(DkimStatus.TEMPERROR, "key unavailable");
    };
  }

  private static KeyAnswer found(List<Record> records) {
    List<KeyRecord> keys =
        records.stream()
            .filter(TXTRecord.class::isInstance)
            .limit(MAX_RECORDS)
            .map(record -> KeyRecord.read(text((TXTRecord) record)))
            .flatMap(Optional::stream)
            .toList();
    return keys.isEmpty()
        ? none(DkimStatus.PERMERROR, "key record is no tag list")
        : new KeyAnswer.Found(keys);
  }

  /** The strings of a record with nothing between them (RFC 6376 section 3.6.2.2). */
  private static String text(TXTRecord record) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    record.getStringsAsByteArrays().forEach(octets::writeBytes);
    return octets.toString(ISO_8859_1);
  }

  private static KeyAnswer none(DkimStatus status, String reason) {
    return new KeyAnswer.None(new Refusal(status, reason));
  }
}
