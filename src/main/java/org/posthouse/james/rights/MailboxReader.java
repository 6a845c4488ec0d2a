/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.rights;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.posthouse.identity.rights.Mailbox;

/**
 * Reads a list of mailboxes by the grammar that senders must keep to (RFC 5322, section 3.4), not
 * by that which receivers must understand (section 4.4): comments or blanks within an address,
 * routes, and characters that want quotes are ambiguous, since real readers differ about them. Of
 * the older grammar there are dots in display names, as in {@code Dr. Smith}.
 */
final class MailboxReader {
  private static final int MOST = 100;
  private static final int DEEPEST = 5;

  /** What decodes encoded words takes time by the square of their number. */
  private static final int LONGEST_NAME = 1000;

  private static final String ATOM_SPECIALS = "()<>[]:;@\\,\"";

  private final String field;
  private final String text;
  private final boolean groups;
  private final List<Mailbox> all = new ArrayList<>();
  private final StringBuilder phrase = new StringBuilder();
  private final StringBuilder comment = new StringBuilder();

  /** Name and comments in their order: some readers show it all. */
  private final StringBuilder shown = new StringBuilder();

  private String address = "";

  /** Whether a word of a name has come, be it an empty one in quotes. */
  private boolean named;

  private boolean inGroup;
  private boolean expected;
  private int at;

  private MailboxReader(String field, String text, boolean groups) {
    this.field = field;
    this.text = text;
    this.groups = groups;
  }

  /**
   * The mailboxes.
   *
   * @param groups whether there may be groups, whose members count then
   */
  static List<Mailbox> read(String field, String text, boolean groups) throws Ambiguity {
    MailboxReader reader = new MailboxReader(field, text, groups);
    reader.read();
    return List.copyOf(reader.all);
  }

  private void read() throws Ambiguity {
    expected = true;
    while (at < text.length()) {
      char next = text.charAt(at);
      switch (next) {
        case ' ', '\t' -> at++;
        case '(' -> comment();
        case '<' -> angle();
        case ',' -> {
          end();
          expected = true;
          at++;
        }
        case ':' -> openGroup();
        case ';' -> closeGroup();
        default -> word();
      }
    }
    check(!inGroup, "holds a group without an end");
    if (expected || isBegun()) {
      end();
    }
  }

  private boolean isBegun() {
    return !address.isEmpty() || named;
  }

  /** An address is complete. */
  private void end() throws Ambiguity {
    check(
        !address.isEmpty(), isBegun() ? "holds something that is no address" : "lacks an address");
    String name = phrase.isEmpty() ? comment.toString() : shown.toString();
    check(all.size() < MOST, "holds more than " + MOST + " addresses");
    all.add(new Mailbox(decoded(name), address));
    clear();
  }

  private void clear() {
    phrase.setLength(0);
    comment.setLength(0);
    shown.setLength(0);
    address = "";
    named = false;
    expected = false;
  }

  private String decoded(String name) throws Ambiguity {
    check(name.length() <= LONGEST_NAME, "holds a name beyond " + LONGEST_NAME + " characters");
    String shown =
        name.contains("=?") ? DecoderUtil.decodeEncodedWords(name, DecodeMonitor.SILENT) : name;
    check(
        shown.chars().noneMatch(c -> c != '\t' && Character.isISOControl(c)),
        "hides control characters in an encoded word");
    return shown.strip();
  }

  private void openGroup() throws Ambiguity {
    check(groups, "holds a group (RFC 6854) or a stray colon");
    check(!inGroup && address.isEmpty() && named, "holds a stray colon");
    clear();
    inGroup = true;
    at++;
  }

  private void closeGroup() throws Ambiguity {
    check(inGroup, "holds a stray semicolon");
    if (isBegun() || expected) {
      end();
    }
    inGroup = false;
    at++;
    skipBlanks();
    check(at == text.length() || text.charAt(at) == ',', "goes on after a group");
    if (at < text.length()) {
      expected = true;
      at++;
    }
  }

  private void skipBlanks() {
    while (at < text.length() && " \t".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void comment() throws Ambiguity {
    int start = at;
    int depth = 0;
    do {
      check(at < text.length(), "holds a comment without an end");
      char next = text.charAt(at);
      if (next == '\\') {
        at++;
        check(at < text.length(), "holds a comment without an end");
        comment.append(text.charAt(at));
      } else {
        boolean nested = depth > (next == ')' ? 1 : 0);
        depth += next == '(' ? 1 : next == ')' ? -1 : 0;
        check(depth <= DEEPEST, "holds comments in comments in comments");
        boolean bracket = next == '(' || next == ')';
        comment.append(bracket && !nested ? ' ' : next); // those within are shown
      }
      at++;
    } while (depth > 0);
    shown.append(text, start, at);
  }

  private void angle() throws Ambiguity {
    check(address.isEmpty(), "holds two addresses without a comma");
    int end = ++at;
    boolean quoted = false;
    while (end < text.length() && (quoted || text.charAt(end) != '>')) {
      char next = text.charAt(end);
      quoted ^= next == '"';
      end += quoted && next == '\\' ? 2 : 1;
    }
    check(end < text.length(), "holds an angle bracket without an end");
    address = checked(text.substring(at, end).strip());
    at = end + 1;
  }

  /** Atoms and quoted strings without blanks between them: a word of a name, or an address. */
  private void word() throws Ambiguity {
    check(address.isEmpty(), "goes on after an address");
    int start = at;
    boolean isAddress = false;
    boolean literal = false;
    while (at < text.length() && (literal || " \t(<,:;".indexOf(text.charAt(at)) < 0)) {
      char next = text.charAt(at);
      isAddress |= next == '@';
      literal |= next == '[' && isAddress;
      literal &= next != ']';
      at = next == '"' ? quotedEnd(at) : at + 1;
    }
    String word = text.substring(start, at);
    if (isAddress) {
      check(!named, "holds an address that is a name, or needs quotes");
      address = checked(word);
    } else {
      named = true;
      String name = nameOf(word);
      phrase.append(phrase.isEmpty() ? "" : " ").append(name);
      shown.append(shown.isEmpty() || text.charAt(start - 1) == ')' ? "" : " ").append(name);
    }
  }

  /** The index after a quoted string. */
  private int quotedEnd(int start) throws Ambiguity {
    int end = start + 1;
    while (end < text.length() && text.charAt(end) != '"') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    check(end < text.length(), "holds a quotation mark without its second");
    return end + 1;
  }

  private String nameOf(String word) throws Ambiguity {
    if (word.startsWith("\"") && quotedEnd(at - word.length()) == at) {
      return word.substring(1, word.length() - 1).replaceAll("\\\\(.)", "$1");
    }
    check(word.chars().noneMatch(c -> ATOM_SPECIALS.indexOf(c) >= 0), "holds stray punctuation");
    return word;
  }

  /** One local part, one domain, and nothing else. */
  private String checked(String spec) throws Ambiguity {
    int domain = spec.lastIndexOf('@') + 1;
    check(domain > 1 && domain < spec.length(), "holds something that is no address");
    String local = spec.substring(0, domain - 1);
    if (local.startsWith("\"")) {
      int end = 1;
      while (end < local.length() && local.charAt(end) != '"') {
        end += local.charAt(end) == '\\' ? 2 : 1;
      }
      check(end == local.length() - 1, "holds an address with stray quotation marks");
    } else {
      check(isAtoms(local), "holds an address with a route, a comment or stray punctuation");
    }
    String host = spec.substring(domain);
    boolean literal = host.startsWith("[") && host.indexOf(']') == host.length() - 1;
    String inner = literal ? host.substring(1, host.length() - 1).replace(":", "") : host;
    check(isAtoms(inner), "holds an address whose domain is none");
    return spec;
  }

  private static boolean isAtoms(String part) {
    return part.chars().noneMatch(c -> c <= ' ' || ATOM_SPECIALS.indexOf(c) >= 0);
  }

  private void check(boolean clear, String otherwise) throws Ambiguity {
    if (!clear) {
      throw new Ambiguity(field + " " + otherwise);
    }
  }
}
