/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.mailets;

import java.time.Clock;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.Matcher;
import org.apache.mailet.base.GenericMailet;
import org.jspecify.annotations.Nullable;
import org.posthouse.message.HeaderEdit;
import org.posthouse.message.RawHeaders;
import org.posthouse.rewriting.HeaderRules;
import org.posthouse.rewriting.RulesException;

/**
 * Changes header fields by rules, one per line, from the top; each rule sees what those above it
 * have done. All other lines stay octet by octet. A mail with a line in its header that is no field
 * (RFC 5322 section 2.2) stays as it came, with a warning in the log. Place it before the mail is
 * signed.
 *
 * <pre>{@code
 * <mailet match="All" class="RewriteHeaders">
 *   <rules>
 *     # what the outside should not see
 *     remove  X-Internal-*
 *     set     Organization: Example Ltd
 *     add     X-Relay: passed ${mailname} from ${login}, ${date}
 *     replace Subject: /^\[internal\] *(.*)/$1/
 *     rename  X-Ticket-*: X-Case-*
 *     when header X-Class: /^bulk$/
 *       set Precedence: bulk
 *       set Reply-To: ${header:X-Answer-To}
 *     end
 *     when not match SenderIs=robot@example.com
 *       remove Auto-Submitted
 *     end
 *   </rules>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code rules}: required. An element keeps its lines in a stock James, while the order of
 *       several elements is lost there. Empty lines and lines that begin with {@code #} are left
 *       out:
 *       <ul>
 *         <li>{@code add NAME: VALUE} below all other fields
 *         <li>{@code set NAME: VALUE} in the place of the first field of the name, the others are
 *             removed; added where there is none
 *         <li>{@code remove NAME}
 *         <li>{@code replace NAME: /PATTERN/REPLACEMENT/FLAGS}: in the text of a field without its
 *             folds and with encoded-words as they are. Patterns are those of RE2 and ignore letter
 *             case; {@code $1} is a group, {@code $$} a dollar sign. Flags: {@code i} heeds letter
 *             case (as in Postfix), {@code g} replaces all that is found. Another sign than the
 *             slash will do
 *         <li>{@code rename NAME: NAME}: where the new name would be none (RFC 5322 section 3.6.8),
 *             since the {@code *} stands for nothing, the field stays as it was
 *         <li>{@code when header NAME}, {@code when header NAME: /PATTERN/FLAGS} or {@code when
 *             match MATCHER}, each with {@code not} or without: the rules up to {@code end} are for
 *             mail where it holds. A matcher holds when it matches all recipients, and sees the
 *             mail as it came to this mailet; those that need something injected cannot be asked
 *       </ul>
 *       In {@code remove}, {@code replace}, {@code rename} and {@code when} a name may have one
 *       {@code *}, which stands for any characters. A value may have variables: <code>
 *       ${header:Name}</code> (the first such field), <code>${sender}</code>, <code>${recipient}
 *       </code> (where there is one only), <code>${login}</code>, <code>${date}</code>, <code>
 *       ${mailname}</code>, <code>${attribute:name}</code> and <code>${dollar}</code> (the sign).
 *       What they hold is cut at 500 characters, and control characters become spaces. A field
 *       without text is not written. Text beyond ASCII becomes encoded-words (RFC 2047) unless the
 *       mail goes with SMTPUTF8
 * </ul>
 */
public class RewriteHeaders extends GenericMailet {
  private static final String RULES = "rules";

  private final Clock clock;
  private final Map<String, Matcher> matchers = new HashMap<>();
  private @Nullable HeaderRules rules;

  /** Takes the time from the system. */
  public RewriteHeaders() {
    this(Clock.system(ZoneId.systemDefault()));
  }

  RewriteHeaders(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void init() throws MessagingException {
    Parameters.read(getMailetConfig(), Set.of(RULES), this::read);
  }

  private void read(Parameters parameters) throws MessagingException {
    try {
      HeaderRules read = HeaderRules.read("<rules>", parameters.required(RULES));
      makeMatchers(read, parameters);
      rules = read;
    } catch (RulesException e) {
      throw parameters.wrong(String.join("; ", e.problems()));
    }
  }

  @Override
  public void service(Mail mail) throws MessagingException {
    if (rules == null) {
      return;
    }
    HeaderEdit edit = new HeaderEdit(RawHeaders.of(mail.getMessage()).fields());
    rules.apply(edit, new MailContext(mail, matchers, ZonedDateTime.now(clock)));
    EditedHeader.put(mail, edit);
  }

  @Override
  public void destroy() {
    matchers.values().forEach(Matcher::destroy);
  }

  @Override
  public String getMailetInfo() {
    return "RewriteHeaders";
  }

  private void makeMatchers(HeaderRules read, Parameters parameters) throws MessagingException {
    List<String> problems = new ArrayList<>();
    for (String text : Set.copyOf(read.matchers())) {
      try {
        matchers.put(text, NamedMatcher.of(text, getMailetContext()));
      } catch (MessagingException e) {
        problems.add("when match " + text + ": " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw parameters.wrong(String.join("; ", problems));
    }
  }
}
