/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.message;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Takes the domains out of a list of mailboxes (RFC 5322 section 3.4, with its obsolete forms),
 * reading each character once. Where a list breaks the grammar every domain is taken that some
 * reader may take for the author's: better one too many than the one that is shown.
 */
public final class MailboxDomains {
  /** More than anybody looks at. */
  private static final int MOST = 64;

  private static final String SPACE = " \t\r\n";

  /** What stands outside of quotes only as a sign of the grammar (RFC 5322 section 3.2.3). */
  private static final String SPECIALS = "()<>[]:;,\\";

  private final String text;
  private final Set<String> domains = new LinkedHashSet<>();
  private boolean isReadable = true;
  private int at;

  /** What stands outside of angle brackets since the last comma or bracket. */
  private final Words outside = new Words();

  /** How many pairs of angle brackets there were since the last comma. */
  private int brackets;

  private boolean inGroup;

  /** Whether a group has ended since the last comma; nothing else stands behind it. */
  private boolean behindGroup;

  /** Characters without comments and folds; words that nothing joins have a space between them. */
  private static final class Words {
    private final StringBuilder characters = new StringBuilder();
    private boolean gap;

    void add(char c) {
      int last = characters.length() - 1;
      if (gap && last >= 0 && !isJoint(c) && !isJoint(characters.charAt(last))) {
        characters.append(' ');
      }
      gap = false;
      characters.append(c);
    }

    /** White space and comments may stand around dots and the @ (RFC 5322 section 4.4). */
    private static boolean isJoint(char c) {
      return c == '.' || c == '@';
    }

    String take() {
      String taken = characters.toString();
      characters.setLength(0);
      gap = false;
      return taken;
    }
  }

  private MailboxDomains(String text) {
    this.text = text;
  }

  /**
   * Reads a field's value.
   *
   * @param text its folds inside
   */
  public static MailboxDomains of(String text) {
    MailboxDomains mailboxes = new MailboxDomains(text);
    mailboxes.read();
    return mailboxes;
  }

  /** As they are written, without comments, each once, in order; up to 64. */
  public Set<String> domains() {
    return domains;
  }

  /** Whether there is no doubt. */
  public boolean isReadable() {
    return isReadable;
  }

  /** Whether it has one address at most, however it is read: also as if nothing were quoted. */
  public boolean isOfOne() {
    return text.indexOf('@') == text.lastIndexOf('@');
  }

  private void read() {
    while (at < text.length()) {
      switch (text.charAt(at)) {
        case '<' -> readBrackets();
        case ',' -> endMailbox();
        case ';' -> endGroup();
        case ':' -> endGroupName();
        default -> readInto(outside);
      }
    }
    endMailbox();
    isReadable &= !inGroup;
  }

  private void readInto(Words words) {
    char c = text.charAt(at);
    if (c == '(') {
      skipComment();
      words.gap = true;
    } else if (c == '"') {
      skipQuoted();
      words.add('"'); // What is quoted is never a domain.
    } else if (SPACE.indexOf(c) >= 0) {
      words.gap = true;
      at++;
    } else {
      isReadable &= c > ' ' && c != 0x7F && c != '>';
      words.add(c);
      at++;
    }
  }

  /** Without brackets the whole is the address; before them stands a name, behind them nothing. */
  private void endMailbox() {
    at++;
    String rest = outside.take();
    isReadable &= !behindGroup || (rest.isEmpty() && brackets == 0);
    behindGroup = false;
    if (brackets > 0) {
      isReadable &= rest.isEmpty() && brackets == 1;
    }
    if (!rest.isEmpty()) {
      takeDomain(rest);
    }
    brackets = 0;
  }

  private void endGroupName() {
    at++;
    String name = outside.take();
    isReadable &= !inGroup && !behindGroup && !name.isEmpty() && name.indexOf('@') < 0;
    inGroup = true;
  }

  private void endGroup() {
    endMailbox();
    isReadable &= inGroup;
    inGroup = false;
    behindGroup = true;
  }

  private void readBrackets() {
    Words inside = new Words();
    at++;
    while (at < text.length() && text.charAt(at) != '>') {
      isReadable &= text.charAt(at) != '<';
      readInto(inside);
    }
    isReadable &= at < text.length();
    at++;
    if (brackets > 0) {
      takeDomain(outside.take());
    }
    outside.take(); // also an unquoted address as a name, which many programs write
    brackets++;
    String address = inside.take();
    int route = address.lastIndexOf(':'); // which may stand before it (section 4.4)
    isReadable &= route < 0 || address.startsWith("@");
    takeDomain(address.substring(route + 1).strip());
  }

  private void takeDomain(String address) {
    int sign = address.lastIndexOf('@');
    isReadable &= sign > 0 && address.indexOf('@') == sign && address.indexOf(' ') < 0;
    isReadable &= address.chars().limit(Math.max(sign, 0)).allMatch(c -> SPECIALS.indexOf(c) < 0);
    if (sign >= 0 && domains.size() < MOST) {
      domains.add(address.substring(sign + 1));
    }
  }

  private void skipQuoted() {
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    isReadable &= at < text.length();
    at++;
  }

  private void skipComment() {
    int depth = 0;
    do {
      char c = text.charAt(at);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      at += c == '\\' ? 2 : 1;
    } while (depth > 0 && at < text.length());
    isReadable &= depth == 0;
  }
}
