/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import org.posthouse.dns.Answer;
import org.posthouse.dns.Answer.Status;
import org.posthouse.dns.Dns;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * What one domain publishes.
 *
 * @param record empty when it publishes none, or nobody could say
 * @param failed whether nobody could say
 */
record RecordLookup(Optional<DmarcRecord> record, boolean failed) {
  /**
   * Asks the DNS.
   *
   * @param domain in ASCII; a backslash in it is one
   */
  static RecordLookup of(Dns dns, String domain) {
    Answer answer = dns.ask("_dmarc." + domain.replace("\\", "\\\\"), Type.TXT);
    if (answer.status() == Status.TEMPORARY) {
      return new RecordLookup(Optional.empty(), true);
    }
    List<DmarcRecord> records =
        answer.records().stream()
            .filter(TXTRecord.class::isInstance)
            .map(each -> DmarcRecord.parse(text((TXTRecord) each)))
            .flatMap(Optional::stream)
            .limit(2)
            .toList();
    // Of several none counts (RFC 9989 section 4.10, step 2).
    return new RecordLookup(
        records.size() == 1 ? Optional.of(records.get(0)) : Optional.empty(), false);
  }

  /** Whether it says psd=y or psd=n, so that nothing above matters. */
  boolean tellsPublicSuffix() {
    return record.filter(each -> each.psd() != PublicSuffix.UNKNOWN).isPresent();
  }

  /** RFC 9989 section 4.5: the strings of a record, with nothing between them. */
  private static String text(TXTRecord record) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    record.getStringsAsByteArrays().forEach(octets::writeBytes);
    return octets.toString(ISO_8859_1);
  }
}
