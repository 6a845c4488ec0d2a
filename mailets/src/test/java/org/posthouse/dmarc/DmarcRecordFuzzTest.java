/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.dmarc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.posthouse.message.HeaderField;

/** Records and From fields, whatever they hold. */
class DmarcRecordFuzzTest {
  /** What is wrong in a record counts as not written: none of it comes out. */
  @FuzzTest
  void recordShouldHoldWhatCanBeUsed(byte[] input) {
    DmarcRecord.parse(new String(input, ISO_8859_1))
        .ifPresent(
            record -> {
              assertThat(record.failureOptions()).isSubsetOf('0', '1', 'd', 's');
              assertThat(record.aggregateReports()).noneMatch(uri -> uri.matches(".*[\\s,].*"));
            });
  }

  /** At most five domains, each a name that the DNS can be asked for. */
  @FuzzTest
  void authorsShouldBeDomainsOrAProblem(byte[] input) {
    String value = new String(input, ISO_8859_1).replaceAll("[\r\n]+(?![ \t])", "");
    AuthorDomains authors = AuthorDomains.of(List.of(HeaderField.of("From:" + value, "\r\n")));
    assertThat(authors.domains())
        .hasSizeLessThanOrEqualTo(AuthorDomains.MOST)
        .allMatch(name -> name.length() < 256 && !name.matches("(?s).*[\\x00-\\x20@].*"));
  }
}
