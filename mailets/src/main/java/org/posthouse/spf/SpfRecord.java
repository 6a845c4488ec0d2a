/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.spf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;

/**
 * A published policy.
 *
 * @param directives in order
 * @param problem why it is no record; empty for one that is
 */
record SpfRecord(
    List<Term.Directive> directives,
    @Nullable MacroString redirect,
    @Nullable MacroString explanation,
    String problem) {
  private static final String VERSION = "v=spf1";
  private static final int LONGEST = 0xFFFF;

  SpfRecord {
    directives = List.copyOf(directives);
  }

  /** The texts among TXT records that say to be policies (RFC 7208 section 4.5). */
  static List<String> select(List<Record> records) {
    return records.stream()
        .filter(TXTRecord.class::isInstance)
        .map(record -> text((TXTRecord) record))
        .filter(SpfRecord::isOfVersion)
        .toList();
  }

  /** The strings of a record, without anything between them (section 3.3); one char per octet. */
  static String text(TXTRecord record) {
    StringBuilder text = new StringBuilder();
    for (Object string : record.getStringsAsByteArrays()) {
      text.append(new String((byte[]) string, ISO_8859_1));
    }
    return text.toString();
  }

  private static boolean isOfVersion(String text) {
    return text.regionMatches(true, 0, VERSION, 0, VERSION.length())
        && (text.length() == VERSION.length() || text.charAt(VERSION.length()) == ' ');
  }

  /** Reads all terms: what is wrong with the last of them is wrong from the beginning. */
  static SpfRecord parse(String text) {
    if (text.length() > LONGEST) {
      return malformed("the record is too long");
    }
    List<Term> terms = new ArrayList<>();
    StringTokenizer words = new StringTokenizer(text.substring(VERSION.length()), " ");
    while (words.hasMoreTokens()) {
      terms.add(TermParser.parse(words.nextToken()));
    }
    List<Term.Malformed> malformed = all(terms, Term.Malformed.class);
    return malformed.isEmpty()
        ? of(terms)
        : malformed("malformed term '" + VisibleText.of(malformed.get(0).text(), 100) + "'");
  }

  /** Section 6: known modifiers stand once at most. */
  private static SpfRecord of(List<Term> terms) {
    List<Term.Redirect> redirects = all(terms, Term.Redirect.class);
    List<Term.Explanation> explanations = all(terms, Term.Explanation.class);
    if (redirects.size() > 1 || explanations.size() > 1) {
      return malformed((redirects.size() > 1 ? "redirect=" : "exp=") + " more than once");
    }
    return new SpfRecord(
        all(terms, Term.Directive.class),
        redirects.isEmpty() ? null : redirects.get(0).target(),
        explanations.isEmpty() ? null : explanations.get(0).target(),
        "");
  }

  private static <T extends Term> List<T> all(List<Term> terms, Class<T> kind) {
    return terms.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static SpfRecord malformed(String problem) {
    return new SpfRecord(List.of(), null, null, problem);
  }
}
