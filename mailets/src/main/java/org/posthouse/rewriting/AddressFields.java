/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.rewriting;

import java.util.List;
import java.util.Optional;

/** Rewriting of the addr-specs in a header line; all other octets of the line stay. */
public final class AddressFields {
  /** The fields that say who sent (Postfix' class header_sender). */
  public static final List<String> OF_SENDERS =
      List.of(
          "From",
          "Sender",
          "Reply-To",
          "Resent-From",
          "Resent-Sender",
          "Resent-Reply-To",
          "Errors-To",
          "Return-Receipt-To",
          "Disposition-Notification-To");

  /** The fields that say who receives (Postfix' class header_recipient). */
  public static final List<String> OF_RECIPIENTS =
      List.of("To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc", "Apparently-To");

  /** What became of a line. */
  public sealed interface Outcome {
    /** No address in it is to be rewritten. */
    record Unchanged() implements Outcome {}

    /**
     * Some addresses are others now.
     *
     * @param line without its last line end
     * @param addresses how many were rewritten, at least 1
     */
    record Rewritten(String line, int addresses) implements Outcome {}

    /**
     * It is left as it is.
     *
     * @param reason what was found in it, in a few words, without the line's own text
     */
    record Unparsable(String reason) implements Outcome {}
  }

  private static final Outcome UNCHANGED = new Outcome.Unchanged();

  private AddressFields() {}

  /**
   * Rewrites all addresses of a line, or none when not all of it can be read.
   *
   * @param line a whole field with its folds, one char per octet, without its last line end
   * @param lineEnd what a line that is to be folded is folded with; CRLF or LF
   */
  public static Outcome rewrite(String line, String lineEnd, AddressRewriting rewriting) {
    int from = line.indexOf(':') + 1;
    if (from == 0 || line.indexOf('@', from) < 0) {
      return UNCHANGED;
    }
    AddressList list = AddressList.of(HeaderTokens.of(line, from));
    return list.failure().isEmpty()
        ? rewrite(line, from, lineEnd, list.addrSpecs(), rewriting)
        : new Outcome.Unparsable(list.failure());
  }

  private static Outcome rewrite(
      String line, int from, String lineEnd, List<AddrSpec> addresses, AddressRewriting by) {
    StringBuilder out = new StringBuilder(line.length() + 64);
    int copied = 0;
    int rewritten = 0;
    for (AddrSpec each : addresses) {
      Optional<Address> other = each.address().isUsable() ? by.rewrite(each.address()) : none();
      if (other.isPresent() && !other.get().equals(each.address())) {
        copied = each.replace(line, copied, other.get(), out);
        rewritten++;
      }
    }
    if (rewritten == 0) {
      return UNCHANGED;
    }
    out.append(line, copied, line.length());
    int addressCount = rewritten;
    return LineFolding.fold(out.toString(), from, lineEnd)
        .<Outcome>map(folded -> new Outcome.Rewritten(folded, addressCount))
        .orElse(new Outcome.Unparsable("a token that fits into no line of 998 octets"));
  }

  private static Optional<Address> none() {
    return Optional.empty();
  }
}
